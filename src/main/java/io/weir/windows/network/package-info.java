/**
 * What Windows must be told about our sockets: a door in its firewall for the relay.
 */
package io.weir.windows.network;
