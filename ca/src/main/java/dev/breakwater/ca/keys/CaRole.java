/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

/** Which authority a key belongs to. */
public enum CaRole {
    /** The trust anchor; signs the issuing authority and nothing else. */
    ROOT("root"),
    /** Signs certificates of devices and listeners, CRLs and OCSP answers. */
    ISSUING("issuing");

    private final String label;

    CaRole(String label) {
        this.label = label;
    }

    /** The name of its files and its label in a token. */
    public String label() {
        return label;
    }
}
