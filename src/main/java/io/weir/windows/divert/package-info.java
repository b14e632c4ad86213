/**
 * The WinDivert 2.2 driver: its DLL found, verified, bound and spoken to; the engine that captures with it, and the socket events it reports.
 */
package io.weir.windows.divert;
