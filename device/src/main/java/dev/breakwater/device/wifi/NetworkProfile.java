/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;

/**
 * A connection profile in NetworkManager's own form (nm-settings-keyfile(5)). Two things do not
 * pass through nmcli's arguments and do pass through this: a name that is not text in the program's
 * encoding, and a secret that nobody else on the device may read.
 */
final class NetworkProfile {

    private NetworkProfile() {}

    /** To join a network, now and after each start. */
    static byte[] ofUplink(
            String uuid,
            String device,
            Ssid ssid,
            WifiPassphrase passphrase,
            WifiSecurity security) {
        return """
               [connection]
               id=breakwater-uplink
               uuid=%s
               type=wifi
               interface-name=%s
               autoconnect=true
               auth-retries=2

               [wifi]
               mode=infrastructure
               ssid=%s

               [wifi-security]
               key-mgmt=%s
               psk=%s

               [ipv4]
               method=auto

               [ipv6]
               method=auto
               """
                .formatted(
                        uuid,
                        device,
                        bytes(ssid),
                        security == WifiSecurity.WPA3 ? "sae" : "wpa-psk",
                        escaped(passphrase))
                .getBytes(US_ASCII);
    }

    /**
     * The device's own network. Those in it do not hear each other, and get an address from
     * NetworkManager.
     */
    static byte[] ofAccessPoint(
            String uuid, String device, Ssid ssid, WifiPassphrase passphrase, String address) {
        return """
               [connection]
               id=breakwater-setup
               uuid=%s
               type=wifi
               interface-name=%s
               autoconnect=false

               [wifi]
               mode=ap
               ap-isolation=1
               ssid=%s

               [wifi-security]
               key-mgmt=wpa-psk
               proto=rsn;
               pairwise=ccmp;
               group=ccmp;
               psk=%s

               [ipv4]
               method=shared
               address1=%s/24

               [ipv6]
               method=disabled
               """
                .formatted(uuid, device, bytes(ssid), escaped(passphrase), address)
                .getBytes(US_ASCII);
    }

    /** A name as the list of its bytes, which has no escapes and no encoding. */
    private static String bytes(Ssid ssid) {
        StringBuilder list = new StringBuilder();
        for (byte octet : ssid.bytes()) {
            list.append(octet & 0xFF).append(';');
        }
        return list.toString();
    }

    /** The escapes of a key file: a backslash, and each blank, lest one at the edge be cut off. */
    private static String escaped(WifiPassphrase passphrase) {
        return passphrase.secret().replace("\\", "\\\\").replace(" ", "\\s");
    }
}
