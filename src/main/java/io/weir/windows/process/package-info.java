/**
 * Owners on Windows: socket events of the driver, joined with the packets they belong to, and the system's tables of sockets for what no event told;
 * then from process ids to images, users, services, parents.
 */
package io.weir.windows.process;
