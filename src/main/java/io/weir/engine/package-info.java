/**
 * The seam: what captures and injects packets, whatever the platform.
 */
package io.weir.engine;
