/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * One device of the load: who it is, and what it proves that with.
 *
 * @param number of the device within its fleet, from 0
 * @param serial its name with its maker, which serves as MQTT client identifier too
 * @param id what our server calls it
 * @param chain its certificate and the issuing CA's, without the root
 */
public record DeviceIdentity(
        int number, String serial, String id, PrivateKey key, List<X509Certificate> chain) {

    @Override
    public String toString() {
        return "device " + serial;
    }
}
