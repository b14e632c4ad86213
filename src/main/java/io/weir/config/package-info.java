/**
 * The strict TOML reader, the key table, and every check of a configuration. {@link io.weir.config.SettingsReader} reads a file into a
 * {@link io.weir.config.ConfigReport}: {@link io.weir.config.Settings}, or every {@link io.weir.config.Problem} with its place and remedy.
 */
package io.weir.config;
