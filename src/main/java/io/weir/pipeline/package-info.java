/**
 * The ring, its threads and wait strategies; runs the stages.
 */
package io.weir.pipeline;
