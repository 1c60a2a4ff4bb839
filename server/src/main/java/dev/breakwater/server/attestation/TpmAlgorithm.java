/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

/** Numbers of TPM 2.0 (Part 2 section 6) that this server understands. */
final class TpmAlgorithm {

    static final int RSA = 0x0001;
    static final int AES = 0x0006;
    static final int SHA256 = 0x000B;
    static final int NULL = 0x0010;
    static final int RSASSA = 0x0014;
    static final int RSAES = 0x0015;
    static final int RSAPSS = 0x0016;
    static final int OAEP = 0x0017;
    static final int ECDSA = 0x0018;
    static final int ECDH = 0x0019;
    static final int ECC = 0x0023;
    static final int CFB = 0x0043;

    /** TPM_ECC_NIST_P256, the one curve that is spoken. */
    static final int P256 = 0x0003;

    private TpmAlgorithm() {}
}
