/**
 * Composition root: start order, stop order, the self-test.
 */
package io.weir.app;
