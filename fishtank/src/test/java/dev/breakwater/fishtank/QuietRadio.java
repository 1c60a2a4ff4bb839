/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.wifi.Joining;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A radio whose only network is the loopback interface, and joins with any passphrase. */
final class QuietRadio implements WifiRadio {

    private final List<String> events = new CopyOnWriteArrayList<>();

    private final AtomicReference<Runnable> beforeLeaving = new AtomicReference<>(() -> {});

    /** Has this done once, when the radio is next told to leave its network. */
    void beforeLeaving(Runnable once) {
        beforeLeaving.set(once);
    }

    List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public boolean keepsAccessPoint() {
        return true;
    }

    @Override
    public List<WifiNetwork> scan() {
        return List.of(new WifiNetwork(Ssid.ofText("Meer"), 50, WifiSecurity.WPA2));
    }

    @Override
    public InetAddress openAccessPoint(Ssid name, WifiPassphrase passphrase) {
        events.add("open " + name);
        return InetAddress.ofLiteral("127.0.0.1");
    }

    @Override
    public void closeAccessPoint() {
        events.add("close");
    }

    @Override
    public Joining join(Ssid network, WifiPassphrase passphrase) {
        events.add("join " + network);
        return Joining.JOINED;
    }

    @Override
    public void leave() {
        beforeLeaving.getAndSet(() -> {}).run();
        events.add("leave");
    }
}
