/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes tickets and reads what claims to be one: ES256 inside ECDH-ES+A256KW and A256GCM. Nothing
 * in a header chooses anything (RFC 8725 section 3.1): a header that is not exactly as this server
 * writes it is refused before a key is touched. The library meets some malformed headers with
 * unchecked exceptions (a null pointer where {@code enc} is missing), so all of them are caught
 * where it reads what somebody sent. Thread-safe.
 */
final class TicketSeal {

    private static final String ISSUER = "breakwater";
    private static final String AUDIENCE = "breakwater-enrollment";
    private static final String ORGANIZATION = "org";
    private static final String SERIAL = "serial";
    private static final String CONFIRMATION = "cnf";
    private static final String KEY_HASH = "spki#S256";
    private static final Set<String> CLAIMS =
            Set.of("iss", "aud", "jti", "iat", "exp", "sub", ORGANIZATION, SERIAL, CONFIRMATION);

    private static final JWSAlgorithm SIGNATURE = JWSAlgorithm.ES256;
    private static final JOSEObjectType TYPE = new JOSEObjectType("setup-ticket+jwt");
    private static final Set<String> INNER_HEADER = Set.of("alg", "typ", "kid");

    private static final JWEAlgorithm KEY_WRAP = JWEAlgorithm.ECDH_ES_A256KW;
    private static final EncryptionMethod ENCRYPTION = EncryptionMethod.A256GCM;
    private static final String CONTENT = "JWT";
    private static final Set<String> OUTER_HEADER = Set.of("alg", "enc", "cty", "kid", "epk");

    private static final int PARTS = 5;

    private final TicketKeys keys;

    TicketSeal(TicketKeys keys) {
        this.keys = keys;
    }

    TicketText seal(SetupTicket ticket) {
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .jwtID(ticket.id().toString())
                        .issueTime(Date.from(ticket.grantedAt()))
                        .expirationTime(Date.from(ticket.expiresAt()))
                        .subject(ticket.member().toString())
                        .claim(ORGANIZATION, ticket.organization().toString())
                        .claim(SERIAL, ticket.serial().text())
                        .claim(CONFIRMATION, Map.of(KEY_HASH, ticket.key().text()))
                        .build();
        SignedJWT signed =
                new SignedJWT(
                        new JWSHeader.Builder(SIGNATURE)
                                .type(TYPE)
                                .keyID(keys.signing().getKeyID())
                                .build(),
                        claims);
        try {
            signed.sign(new ECDSASigner(keys.signing()));
            JWEObject sealed =
                    new JWEObject(
                            new JWEHeader.Builder(KEY_WRAP, ENCRYPTION)
                                    .contentType(CONTENT)
                                    .keyID(keys.encryption().getKeyID())
                                    .build(),
                            new Payload(signed));
            sealed.encrypt(new ECDHEncrypter(keys.encryption().toPublicJWK()));
            return new TicketText(sealed.serialize());
        } catch (JOSEException impossible) {
            throw new IllegalStateException("our own keys sign and encrypt", impossible);
        }
    }

    /**
     * What a ticket says, if this server wrote it; its time is left to the caller.
     *
     * @param text untrusted
     */
    SetupTicket open(String text) throws TicketRefused {
        return claims(signed(decrypted(text)));
    }

    private String decrypted(String text) throws TicketRefused {
        requireForm(text);
        JWEObject sealed;
        try {
            sealed = JWEObject.parse(text);
        } catch (ParseException | RuntimeException malformed) {
            throw new TicketRefused(RefusalReason.TICKET_MALFORMED, malformed);
        }
        JWEHeader header = sealed.getHeader();
        if (!OUTER_HEADER.equals(header.getIncludedParams())
                || !KEY_WRAP.equals(header.getAlgorithm())
                || !ENCRYPTION.equals(header.getEncryptionMethod())
                || !CONTENT.equals(header.getContentType())
                || !keys.encryption().getKeyID().equals(header.getKeyID())) {
            throw new TicketRefused(
                    RefusalReason.TICKET_ALTERED, "the outer header is not as we write it");
        }
        try {
            sealed.decrypt(new ECDHDecrypter(keys.encryption()));
            return sealed.getPayload().toString();
        } catch (JOSEException | RuntimeException altered) {
            throw new TicketRefused(RefusalReason.TICKET_ALTERED, altered);
        }
    }

    /** The library reads past characters that are no base64url: here each byte has one spelling. */
    private static void requireForm(String text) throws TicketRefused {
        if (text.length() > TicketText.CHARACTERS_MAX) {
            throw new TicketRefused(
                    RefusalReason.TICKET_MALFORMED,
                    "it has more than " + TicketText.CHARACTERS_MAX + " characters");
        }
        List<String> parts = List.of(text.split("\\.", -1));
        boolean canonical =
                parts.stream()
                        .allMatch(
                                part ->
                                        !part.isEmpty()
                                                && Base64URL.encode(new Base64URL(part).decode())
                                                        .toString()
                                                        .equals(part));
        if (parts.size() != PARTS || !canonical) {
            throw new TicketRefused(
                    RefusalReason.TICKET_MALFORMED, "it is not five parts of base64url");
        }
    }

    private JWTClaimsSet signed(String inner) throws TicketRefused {
        try {
            SignedJWT signed = SignedJWT.parse(inner);
            JWSHeader header = signed.getHeader();
            if (!INNER_HEADER.equals(header.getIncludedParams())
                    || !SIGNATURE.equals(header.getAlgorithm())
                    || !TYPE.equals(header.getType())
                    || !keys.signing().getKeyID().equals(header.getKeyID())) {
                throw new TicketRefused(
                        RefusalReason.TICKET_FORGED, "the inner header is not as we write it");
            }
            if (!signed.verify(new ECDSAVerifier(keys.signing().toPublicJWK()))) {
                throw new TicketRefused(RefusalReason.TICKET_FORGED, "the signature is not ours");
            }
            return signed.getJWTClaimsSet();
        } catch (ParseException | JOSEException | RuntimeException foreign) {
            throw new TicketRefused(RefusalReason.TICKET_FORGED, foreign);
        }
    }

    private static SetupTicket claims(JWTClaimsSet claims) throws TicketRefused {
        if (!CLAIMS.equals(claims.getClaims().keySet())
                || !ISSUER.equals(claims.getIssuer())
                || !List.of(AUDIENCE).equals(claims.getAudience())) {
            throw new TicketRefused(
                    RefusalReason.TICKET_FORGED, "it was signed for another purpose");
        }
        try {
            Map<String, Object> confirmation = claims.getJSONObjectClaim(CONFIRMATION);
            if (confirmation == null || confirmation.size() != 1) {
                throw new ParseException("it confirms no key", 0);
            }
            return new SetupTicket(
                    TicketId.parse(String.valueOf(claims.getJWTID())),
                    OrganizationId.parse(String.valueOf(claims.getStringClaim(ORGANIZATION))),
                    MemberId.parse(String.valueOf(claims.getSubject())),
                    new DeviceSerial(String.valueOf(claims.getStringClaim(SERIAL))),
                    new SetupKeyHash(String.valueOf(confirmation.get(KEY_HASH))),
                    instant(claims.getIssueTime()),
                    instant(claims.getExpirationTime()));
        } catch (ParseException | IllegalArgumentException foreign) {
            throw new TicketRefused(RefusalReason.TICKET_FORGED, foreign);
        }
    }

    private static Instant instant(@Nullable Date date) throws ParseException {
        if (date == null) {
            throw new ParseException("it has no time", 0);
        }
        return date.toInstant();
    }
}
