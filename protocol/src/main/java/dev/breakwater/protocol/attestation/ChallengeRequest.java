/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.attestation;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A device asks for a challenge to its TPM.
 *
 * @param endorsementCertificate the manufacturer's certificate of the endorsement key, X.509 in
 *     DER; absent if the TPM has none
 * @param intermediates certificates between it and the manufacturer's root, X.509 in DER, at most
 *     {@value #INTERMEDIATES_MAX}
 * @param endorsementPublic the endorsement key, a TPMT_PUBLIC
 * @param attestationPublic the attestation key, a TPMT_PUBLIC; a device makes a fresh one each time
 */
public record ChallengeRequest(
        Optional<Marshalled> endorsementCertificate,
        List<Marshalled> intermediates,
        Marshalled endorsementPublic,
        Marshalled attestationPublic) {

    /** The most certificates between the endorsement key's and the root. */
    public static final int INTERMEDIATES_MAX = 3;

    /** The longest TPMT_PUBLIC: that of an RSA key of 4096 bits is under 600 bytes. */
    public static final int PUBLIC_BYTES_MAX = 1024;

    private static final String NOUN = "a request for a challenge";

    /** Refuses more certificates and longer keys than these, and intermediates of nothing. */
    public ChallengeRequest {
        intermediates = List.copyOf(intermediates);
        if (intermediates.size() > INTERMEDIATES_MAX) {
            throw new IllegalArgumentException(
                    "intermediates are at most " + INTERMEDIATES_MAX + " certificates");
        }
        if (endorsementCertificate.isEmpty() && !intermediates.isEmpty()) {
            throw new IllegalArgumentException(
                    "intermediates belong to an endorsementCertificate, and there is none");
        }
        endorsementPublic = endorsementPublic.within(PUBLIC_BYTES_MAX, "endorsementPublic");
        attestationPublic = attestationPublic.within(PUBLIC_BYTES_MAX, "attestationPublic");
    }

    /** The request as JSON, at most {@value AttestationPaths#REQUEST_BYTES_MAX} bytes. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var object = members.object();
        endorsementCertificate.ifPresent(
                certificate -> object.put("endorsementCertificate", certificate.base64url()));
        var array = object.putArray("intermediates");
        intermediates.forEach(certificate -> array.add(certificate.base64url()));
        object.put("endorsementPublic", endorsementPublic.base64url())
                .put("attestationPublic", attestationPublic.base64url());
        return members.bytes();
    }

    /** Reads a request strictly: each member once, and no other. */
    public static ChallengeRequest parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, AttestationPaths.REQUEST_BYTES_MAX, NOUN);
        members.requireWithin(
                Set.of(
                        "endorsementCertificate",
                        "intermediates",
                        "endorsementPublic",
                        "attestationPublic"));
        Optional<String> certificate =
                members.has("endorsementCertificate")
                        ? Optional.of(members.text("endorsementCertificate"))
                        : Optional.empty();
        List<String> intermediates = new ArrayList<>();
        for (JsonNode element : members.array("intermediates").values()) {
            if (!element.isString()) {
                throw new MalformedMessage(NOUN + " has intermediates, an array of strings");
            }
            intermediates.add(element.stringValue());
        }
        String endorsement = members.text("endorsementPublic");
        String attestation = members.text("attestationPublic");
        return members.built(
                () ->
                        new ChallengeRequest(
                                certificate.map(Marshalled::parse),
                                intermediates.stream().map(Marshalled::parse).toList(),
                                Marshalled.parse(endorsement),
                                Marshalled.parse(attestation)));
    }
}
