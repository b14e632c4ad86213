/**
 * Value types of the network: addresses, endpoints, prefixes, port sets; parsed from text and printed.
 */
package io.weir.net;
