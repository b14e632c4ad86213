/**
 * TOML to settings: every check, all problems in one report.
 */
package io.weir.config;
