/**
 * Who owns a flow: the owner record, the look-up seam and its caches.
 */
package io.weir.process;
