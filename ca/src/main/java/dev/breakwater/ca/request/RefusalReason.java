/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

/** Why a well-formed certificate request is refused. */
public enum RefusalReason {
    /** The public key is of a kind, a size or a make we do not certify. */
    WEAK_KEY,
    /** The request is signed with an algorithm we do not accept. */
    SIGNATURE_ALGORITHM,
    /** The signature is not by the private key of the request: no proof of possession. */
    NO_PROOF_OF_POSSESSION,
    /** The subject is not exactly what was granted. */
    SUBJECT_NOT_GRANTED,
    /** The subject alternative names are not exactly what was granted. */
    NAME_NOT_GRANTED,
    /** The request asks for the powers of an authority. */
    AUTHORITY_REQUESTED,
    /** The certificate to be renewed is revoked or was never issued. */
    PREVIOUS_NOT_ACTIVE,
    /** The public key is registered already, and this is not its device renewing it. */
    KEY_ALREADY_REGISTERED
}
