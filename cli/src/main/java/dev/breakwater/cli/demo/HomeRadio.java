/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.device.wifi.Joining;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.net.InetAddress;
import java.util.List;

/**
 * The radio of a tank that stands in this process: every network it opens or joins is the loopback
 * interface. A real one is {@code NmcliRadio}.
 */
final class HomeRadio implements WifiRadio {

    static final Ssid NETWORK = Ssid.ofText("Home of the demo");
    private final String passphrase;

    /** Hears one network, which has this passphrase. */
    HomeRadio(String passphrase) {
        this.passphrase = passphrase;
    }

    @Override
    public boolean keepsAccessPoint() {
        return true;
    }

    @Override
    public List<WifiNetwork> scan() {
        return List.of(new WifiNetwork(NETWORK, /* signalPercent= */ 70, WifiSecurity.WPA2));
    }

    @Override
    public InetAddress openAccessPoint(Ssid name, WifiPassphrase its) {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    @Override
    public void closeAccessPoint() {}

    @Override
    public Joining join(Ssid network, WifiPassphrase with) {
        if (!network.equals(NETWORK)) {
            return Joining.NETWORK_NOT_FOUND;
        }
        return with.secret().equals(passphrase) ? Joining.JOINED : Joining.WRONG_PASSPHRASE;
    }

    @Override
    public void leave() {}
}
