/*
 * firewall.h - what the stand-ins know of Windows Firewall: the rules that the netsh stand-in wrote down.
 *
 * C:\weirbed\firewall.txt holds the arguments of each `add rule`, one rule a line, each argument followed by a tab.
 */
#ifndef FIREWALL_H
#define FIREWALL_H

#define FIREWALL_FOLDER "C:\\weirbed"
#define FIREWALL_RULES FIREWALL_FOLDER "\\firewall.txt"
/* Where Windows keeps its rules; the stand-in's are here too, under their own names. */
#define FIREWALL_REGISTRY "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
#define FIREWALL_CALLS FIREWALL_FOLDER "\\netsh.log"

/* Does a rule let connections in to this port? Program and addresses of the rule are not looked at. */
int firewall_allows(unsigned port);
#endif
