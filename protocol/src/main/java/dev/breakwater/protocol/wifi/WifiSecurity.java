/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.wifi;

import java.util.Optional;

/** How a network keeps strangers out. */
public enum WifiSecurity {
    /** It does not. */
    OPEN("open"),
    /** WEP, which has not kept anybody out since 2001. */
    WEP("wep"),
    /** WPA with TKIP alone. */
    WPA("wpa"),
    /** WPA2 with a passphrase, perhaps besides WPA or WPA3. */
    WPA2("wpa2"),
    /** WPA3 with a passphrase and nothing older. */
    WPA3("wpa3"),
    /** A name and a password or a certificate for each member (802.1X). */
    ENTERPRISE("enterprise");

    private final String code;

    WifiSecurity(String code) {
        this.code = code;
    }

    /** Its name in messages. */
    public String code() {
        return code;
    }

    /** The security with this name. */
    public static Optional<WifiSecurity> ofCode(String code) {
        for (WifiSecurity security : values()) {
            if (security.code.equals(code)) {
                return Optional.of(security);
            }
        }
        return Optional.empty();
    }

    /** Whether a device is sent there: it has a passphrase, and that keeps strangers out. */
    public boolean isJoinable() {
        return this == WPA2 || this == WPA3;
    }
}
