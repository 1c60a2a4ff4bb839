/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.device.wifi.Joining;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A radio whose networks are all the loopback interface. */
final class LoopbackRadio implements WifiRadio {

    /** A network of the neighbourhood. */
    private record Place(String passphrase, boolean givesAddress) {}

    private final boolean keepsAccessPoint;
    private final Map<Ssid, Place> places =
            new TreeMap<>(Comparator.comparing(Ssid::printable).thenComparing(Ssid::base64url));
    private final List<String> events = new ArrayList<>();
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private boolean broken;

    LoopbackRadio(boolean keepsAccessPoint) {
        this.keepsAccessPoint = keepsAccessPoint;
    }

    synchronized void hears(String name, String passphrase, boolean givesAddress) {
        hears(Ssid.ofText(name), passphrase, givesAddress);
    }

    synchronized void hears(Ssid name, String passphrase, boolean givesAddress) {
        places.put(name, new Place(passphrase, givesAddress));
    }

    synchronized void breaks() {
        broken = true;
    }

    /** From now on a device that joins has to wait until the gate is completed. */
    synchronized CompletableFuture<Void> holdsJoins() {
        gate = new CompletableFuture<>();
        return gate;
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    private synchronized void happened(String event) throws IOException {
        events.add(event);
        if (broken) {
            throw new IOException("the radio is broken");
        }
    }

    @Override
    public boolean keepsAccessPoint() {
        return keepsAccessPoint;
    }

    @Override
    public synchronized List<WifiNetwork> scan() throws IOException {
        happened("scan");
        return places.keySet().stream()
                .map(name -> new WifiNetwork(name, 50, WifiSecurity.WPA2))
                .toList();
    }

    @Override
    public InetAddress openAccessPoint(Ssid name, WifiPassphrase passphrase) throws IOException {
        happened("open " + name);
        return InetAddress.ofLiteral("127.0.0.1");
    }

    @Override
    public synchronized void closeAccessPoint() {
        events.add("close");
    }

    @Override
    public Joining join(Ssid network, WifiPassphrase passphrase)
            throws IOException, InterruptedException {
        happened("join " + network);
        try {
            var _ = gateNow().get();
        } catch (ExecutionException impossible) {
            throw new IOException(impossible);
        }
        Optional<Place> place = place(network);
        if (place.isEmpty()) {
            return Joining.NETWORK_NOT_FOUND;
        }
        if (!place.get().passphrase().equals(passphrase.secret())) {
            return Joining.WRONG_PASSPHRASE;
        }
        return place.get().givesAddress() ? Joining.JOINED : Joining.NO_ADDRESS;
    }

    private synchronized CompletableFuture<Void> gateNow() {
        return gate;
    }

    private synchronized Optional<Place> place(Ssid network) {
        return Optional.ofNullable(places.get(network));
    }

    @Override
    public synchronized void leave() {
        events.add("leave");
    }
}
