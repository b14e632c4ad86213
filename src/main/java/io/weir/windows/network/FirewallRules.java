package io.weir.windows.network;

import com.sun.jna.platform.win32.Advapi32Util;
import com.sun.jna.platform.win32.Win32Exception;
import com.sun.jna.platform.win32.WinReg;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules Windows Firewall goes by: this machine's and those of its administrators' policy. */
@FunctionalInterface
interface FirewallRules {

    /** In no order; a store that cannot be read has none. */
    List<FirewallRule> all();

    /** Those in the registry. */
    static FirewallRules ofRegistry() {
        return () -> {
            Map<String, String> environment = System.getenv();
            List<FirewallRule> rules = new ArrayList<>();
            for (String key : List.of("SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules",
                    "SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\FirewallRules")) {
                texts(key).forEach(text -> rules.add(FirewallRule.parse(text, environment)));
            }
            return rules;
        };
    }

    private static List<String> texts(String key) {
        try {
            return Advapi32Util.registryKeyExists(WinReg.HKEY_LOCAL_MACHINE, key)
                ? Advapi32Util.registryGetValues(WinReg.HKEY_LOCAL_MACHINE, key).values().stream().map(String::valueOf).toList() : List.of();
        } catch (Win32Exception unreadable) {
            return List.of();
        }
    }
}
