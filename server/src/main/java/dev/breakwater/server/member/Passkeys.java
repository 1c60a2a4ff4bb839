/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.VerificationException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Verifies what authenticators sign, with webauthn4j. Attestation is not asked for: that a key is
 * in some brand of hardware is nothing a member has to prove. The user must have been verified (a
 * fingerprint, a PIN), so that a passkey alone is two factors.
 */
final class Passkeys {

    private static final List<PublicKeyCredentialParameters> ALGORITHMS =
            List.of(
                    parameters(COSEAlgorithmIdentifier.EdDSA),
                    parameters(COSEAlgorithmIdentifier.ES256),
                    parameters(COSEAlgorithmIdentifier.RS256));

    private final RelyingParty party;
    private final ObjectConverter converter = new ObjectConverter();
    private final AttestedCredentialDataConverter credentials =
            new AttestedCredentialDataConverter(converter);
    private final WebAuthnManager manager =
            WebAuthnManager.createNonStrictWebAuthnManager(converter);

    Passkeys(RelyingParty party) {
        this.party = party;
    }

    private static PublicKeyCredentialParameters parameters(COSEAlgorithmIdentifier algorithm) {
        return new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, algorithm);
    }

    RelyingParty party() {
        return party;
    }

    /** What a new authenticator answered. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Registration(byte[] attestationObject, byte[] clientData) {}

    /** The passkey, if the answer is to this challenge, from our pages, and verified its user. */
    Optional<Passkey> register(Registration answer, byte[] challenge) {
        Optional<ServerProperty> server = server(challenge);
        if (server.isEmpty()) {
            return Optional.empty();
        }
        try {
            RegistrationData data =
                    manager.verify(
                            new RegistrationRequest(
                                    answer.attestationObject(), answer.clientData()),
                            new RegistrationParameters(server.get(), ALGORITHMS, true, true));
            AttestationObject attestation = data.getAttestationObject();
            if (attestation == null) {
                return Optional.empty();
            }
            var authenticator = attestation.getAuthenticatorData();
            AttestedCredentialData credential = authenticator.getAttestedCredentialData();
            if (credential == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new Passkey(
                            text(credential.getCredentialId()),
                            credentials.convert(credential),
                            authenticator.getSignCount()));
        } catch (VerificationException | DataConversionException | IllegalArgumentException bad) {
            return Optional.empty();
        }
    }

    /** The authenticator's counter, if the answer is this passkey's to this challenge. */
    OptionalLong verify(SecondFactorProof.Signed answer, Passkey passkey, byte[] challenge) {
        Optional<ServerProperty> server = server(challenge);
        if (server.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            byte[] id = Base64.getUrlDecoder().decode(passkey.credentialId());
            AuthenticationData data =
                    manager.verify(
                            new AuthenticationRequest(
                                    id,
                                    answer.authenticatorData(),
                                    answer.clientData(),
                                    answer.signature()),
                            new AuthenticationParameters(
                                    server.get(), known(passkey), List.of(id), true, true));
            return data.getAuthenticatorData() == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(data.getAuthenticatorData().getSignCount());
        } catch (VerificationException | DataConversionException | IllegalArgumentException bad) {
            return OptionalLong.empty();
        }
    }

    private CredentialRecord known(Passkey passkey) {
        return new CredentialRecordImpl(
                null,
                null,
                null,
                null,
                passkey.signCount(),
                credentials.convert(passkey.attestedCredential()),
                null,
                null,
                null,
                Set.of());
    }

    private Optional<ServerProperty> server(byte[] challenge) {
        Set<Origin> origins = party.origins().stream().map(Origin::new).collect(Collectors.toSet());
        return party.id()
                .map(
                        id ->
                                ServerProperty.builder()
                                        .origins(origins)
                                        .rpId(id)
                                        .challenge(new DefaultChallenge(challenge))
                                        .build());
    }

    private static String text(byte[] credentialId) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(credentialId);
    }
}
