/**
 * What the tests of several packages share: packets made by hand, demands on packets.
 */
package io.weir.testkit;
