/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.Serial;
import java.security.cert.CertificateException;

/** The chain that a server showed does not contain the root that it is known by. */
public final class OtherRoot extends CertificateException {

    @Serial private static final long serialVersionUID = 1;

    /** The message says what the chain ends in instead. */
    OtherRoot(String shown) {
        super("the chain ends in " + new RootTrust.Pinned(shown));
    }
}
