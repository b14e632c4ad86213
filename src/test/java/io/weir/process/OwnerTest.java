package io.weir.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class OwnerTest {

    @Test
    void shouldKeepTheCommandLineOutOfItsText() {
        Owner owner = new Owner(812, 99, "C:\\Windows\\System32\\svchost.exe", "svchost.exe", "NT AUTHORITY\\NETWORK SERVICE", "Dnscache",
            new Owner.Parent(700, "services.exe"), "svchost.exe -k NetworkService --password=secret");
        assertEquals("svchost.exe[812] C:\\Windows\\System32\\svchost.exe since 99, user NT AUTHORITY\\NETWORK SERVICE, service Dnscache, "
            + "started by services.exe[700]", owner.toString());
    }

    @Test
    void shouldKnowNeitherServiceNorParentWhenMadeShort() {
        Owner owner = new Owner(1, 1, "/bin/sh", "sh", "me");
        assertEquals("", owner.service() + owner.commandLine());
        assertFalse(owner.parent().known());
    }
}
