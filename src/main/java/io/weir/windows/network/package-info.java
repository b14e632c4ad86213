/**
 * What Windows must be told about our sockets: a door in its firewall for the relay, a block of ports for what the relay dials.
 */
package io.weir.windows.network;
