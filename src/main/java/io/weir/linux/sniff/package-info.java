/**
 * Sees what leaves a Linux machine without a rule in its firewall: a packet socket that is shown copies.
 */
package io.weir.linux.sniff;
