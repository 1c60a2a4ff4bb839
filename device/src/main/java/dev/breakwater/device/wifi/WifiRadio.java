/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * A device's radio. Methods block until the radio has done what it was told, within bounds of the
 * implementation; one caller at a time, but for {@link #scan}. An {@link IOException} means that
 * the radio itself does not work.
 */
public interface WifiRadio {

    /**
     * Whether the device's own network stays on the air while it scans and joins another. Most
     * radios cannot be on two channels at once.
     */
    boolean keepsAccessPoint();

    /** The networks it hears, each access point of one by itself; those that hide are left out. */
    List<WifiNetwork> scan() throws IOException, InterruptedException;

    /**
     * Opens the device's own network.
     *
     * @return the device's address in it
     */
    InetAddress openAccessPoint(Ssid name, WifiPassphrase passphrase)
            throws IOException, InterruptedException;

    /** Closes the device's own network; nothing happens if it is not open. */
    void closeAccessPoint() throws IOException, InterruptedException;

    /**
     * Joins a network, and stays in it over restarts. If that fails, the device is in no network
     * and keeps nothing of it.
     */
    Joining join(Ssid network, WifiPassphrase passphrase) throws IOException, InterruptedException;

    /** Leaves the network that {@link #join} joined and forgets it; nothing happens without one. */
    void leave() throws IOException, InterruptedException;
}
