/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.wifi.Joining;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import dev.breakwater.testkit.netns.Air;
import dev.breakwater.testkit.netns.AirNetwork;
import dev.breakwater.testkit.netns.Namespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The radio of a device that lives in a network namespace: its own network and the one it joins are
 * cables to other namespaces. It can do one thing at a time, as most radios.
 */
final class NamespaceRadio implements WifiRadio {

    /** The interface by which the device is in a network. */
    static final String DEVICE = "wlan0";

    /** The network of NetworkManager's own access points. */
    private static final String PREFIX = "10.42.0";

    private final Air air;
    private final Namespace own;
    private Optional<Ssid> opened = Optional.empty();

    NamespaceRadio(Air air, Namespace own) {
        this.air = air;
        this.own = own;
    }

    @Override
    public boolean keepsAccessPoint() {
        return false;
    }

    @Override
    public List<WifiNetwork> scan() throws IOException {
        return air.names().stream()
                .map(name -> new WifiNetwork(name, /* signalPercent= */ 60, WifiSecurity.WPA2))
                .toList();
    }

    @Override
    public InetAddress openAccessPoint(Ssid name, WifiPassphrase passphrase)
            throws IOException, InterruptedException {
        AirNetwork network =
                new AirNetwork(name, passphrase, own, PREFIX, /* givesAddresses= */ true);
        air.open(network);
        opened = Optional.of(name);
        return network.address();
    }

    @Override
    public void closeAccessPoint() throws IOException, InterruptedException {
        if (opened.isPresent()) {
            air.close(opened.get());
            opened = Optional.empty();
        }
    }

    @Override
    public Joining join(Ssid network, WifiPassphrase passphrase)
            throws IOException, InterruptedException {
        leave();
        return switch (air.join(network, passphrase, own, DEVICE)) {
            case IN -> Joining.JOINED;
            case WRONG_PASSPHRASE -> Joining.WRONG_PASSPHRASE;
            case NOT_FOUND -> Joining.NETWORK_NOT_FOUND;
            case NO_ADDRESS -> Joining.NO_ADDRESS;
        };
    }

    @Override
    public void leave() throws IOException, InterruptedException {
        air.leave(own, DEVICE);
    }
}
