/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Private keys, recognized by their structure: PEM, DER (PKCS#8, PKCS#1, SEC 1), PKCS#12, OpenSSH
 * and PuTTY, in clear or encrypted.
 *
 * <p>Guarantees that labels, magics and object identifiers alone, which every TLS library has among
 * its constants, are no finding, and that a key whose private half was published is named as that.
 * Reads anything without failing, and looks no further than it was given bytes.
 *
 * <p>Read {@link dev.breakwater.server.scan.key.KeyAnchor} first.
 */
@NullMarked
package dev.breakwater.server.scan.key;

import org.jspecify.annotations.NullMarked;
