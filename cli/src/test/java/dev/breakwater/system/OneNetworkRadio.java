/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.wifi.Joining;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.net.InetAddress;
import java.util.List;

/** A radio that hears one network, which is the loopback interface. */
final class OneNetworkRadio implements WifiRadio {

    static final String NETWORK = "Meer";
    static final String PASSPHRASE = "hush-hush";

    @Override
    public boolean keepsAccessPoint() {
        return true;
    }

    @Override
    public List<WifiNetwork> scan() {
        return List.of(new WifiNetwork(Ssid.ofText(NETWORK), 50, WifiSecurity.WPA2));
    }

    @Override
    public InetAddress openAccessPoint(Ssid name, WifiPassphrase passphrase) {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    @Override
    public void closeAccessPoint() {}

    @Override
    public Joining join(Ssid network, WifiPassphrase passphrase) {
        if (!network.equals(Ssid.ofText(NETWORK))) {
            return Joining.NETWORK_NOT_FOUND;
        }
        return passphrase.secret().equals(PASSPHRASE) ? Joining.JOINED : Joining.WRONG_PASSPHRASE;
    }

    @Override
    public void leave() {}
}
