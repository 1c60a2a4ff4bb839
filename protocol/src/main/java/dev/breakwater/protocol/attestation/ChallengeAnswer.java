/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.attestation;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import java.util.Set;
import java.util.UUID;

/**
 * What a device's TPM made of a {@link Challenge}.
 *
 * @param id the challenge's
 * @param activatedSecret what TPM2_ActivateCredential gave: the bytes alone, without their length
 * @param devicePublic the key with which the device proves who it is in TLS, a TPMT_PUBLIC
 * @param certifyInfo what TPM2_Certify said of that key, a TPMS_ATTEST without the length before it
 * @param signature the attestation key's over {@code certifyInfo}, a TPMT_SIGNATURE
 */
public record ChallengeAnswer(
        UUID id,
        Marshalled activatedSecret,
        Marshalled devicePublic,
        Marshalled certifyInfo,
        Marshalled signature) {

    /** The longest secret: no digest a TPM knows is longer. */
    public static final int SECRET_BYTES_MAX = 64;

    /** The longest TPMS_ATTEST or TPMT_SIGNATURE: that of RSA of 4096 bits is under 600 bytes. */
    public static final int CERTIFICATION_BYTES_MAX = 1024;

    private static final String NOUN = "an answer to a challenge";

    /** Refuses what is longer than a TPM gives. */
    public ChallengeAnswer {
        activatedSecret = activatedSecret.within(SECRET_BYTES_MAX, "activatedSecret");
        devicePublic = devicePublic.within(ChallengeRequest.PUBLIC_BYTES_MAX, "devicePublic");
        certifyInfo = certifyInfo.within(CERTIFICATION_BYTES_MAX, "certifyInfo");
        signature = signature.within(CERTIFICATION_BYTES_MAX, "signature");
    }

    /** The answer as JSON, at most {@value AttestationPaths#REQUEST_BYTES_MAX} bytes. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var _ =
                members.object()
                        .put("id", id.toString())
                        .put("activatedSecret", activatedSecret.base64url())
                        .put("devicePublic", devicePublic.base64url())
                        .put("certifyInfo", certifyInfo.base64url())
                        .put("signature", signature.base64url());
        return members.bytes();
    }

    /** Reads an answer strictly: each member once, and no other. */
    public static ChallengeAnswer parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, AttestationPaths.REQUEST_BYTES_MAX, NOUN);
        members.requireWithin(
                Set.of("id", "activatedSecret", "devicePublic", "certifyInfo", "signature"));
        UUID id = readId(members);
        String activatedSecret = members.text("activatedSecret");
        String devicePublic = members.text("devicePublic");
        String certifyInfo = members.text("certifyInfo");
        String signature = members.text("signature");
        return members.built(
                () ->
                        new ChallengeAnswer(
                                id,
                                Marshalled.parse(activatedSecret),
                                Marshalled.parse(devicePublic),
                                Marshalled.parse(certifyInfo),
                                Marshalled.parse(signature)));
    }

    /** The JDK reads a UUID in many spellings; here it has one. */
    static UUID readId(Members members) throws MalformedMessage {
        String text = members.text("id");
        UUID id;
        try {
            id = UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            throw notAnId(notOne);
        }
        if (!id.toString().equals(text)) {
            throw notAnId(new IllegalArgumentException("another spelling"));
        }
        return id;
    }

    private static MalformedMessage notAnId(Throwable cause) {
        return new MalformedMessage(
                "the id of a challenge is a UUID in lower-case hexadecimal digits", cause);
    }
}
