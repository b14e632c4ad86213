/**
 * The Windows console as a command finds it: colours, encoding, and whether its user is an administrator.
 */
package io.weir.windows.console;
