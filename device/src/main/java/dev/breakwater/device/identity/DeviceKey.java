/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * One key pair of the device.
 *
 * @param name its name in {@link DeviceKeys}
 * @param publicKey P-256
 * @param privateKey a handle for {@link java.security.Signature}; its bytes may be out of reach
 */
public record DeviceKey(String name, PublicKey publicKey, PrivateKey privateKey) {

    @Override
    public String toString() {
        return "DeviceKey[" + name + "]";
    }
}
