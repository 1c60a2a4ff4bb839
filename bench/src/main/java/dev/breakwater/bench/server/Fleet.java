/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.DeviceIdentity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Devices that enrolled with our server, each with a key and certificate of its own. The same
 * certificates serve against the peers, which trust our root.
 *
 * @param devices in the order of their numbers
 * @param root of the server's and the devices' certificates
 * @param issuer the issuing CA's certificate
 * @param token of the server's administrator; a secret
 * @param enrollmentsPerSecond how fast they were enrolled, key generation by the load included
 * @param cpuMillisPerEnrollment CPU time of the server for one enrollment
 */
public record Fleet(
        List<DeviceIdentity> devices,
        X509Certificate root,
        X509Certificate issuer,
        String token,
        double enrollmentsPerSecond,
        double cpuMillisPerEnrollment) {

    /** Copies the list. */
    public Fleet {
        devices = List.copyOf(devices);
    }

    /** The first devices of the fleet. */
    public List<DeviceIdentity> first(int count) {
        return devices.subList(0, count);
    }

    /** Where the build keeps fleets. */
    static Path home(Path checkout) {
        return checkout.resolve("bench/target/fleet");
    }

    @Override
    public String toString() {
        return "fleet of " + devices.size();
    }
}
