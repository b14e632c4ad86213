/**
 * The commands; chooses the platform; main.
 */
package io.weir.cli;
