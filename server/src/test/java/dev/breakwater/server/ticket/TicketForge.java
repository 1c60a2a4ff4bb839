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
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes tickets that a server with these keys has to refuse, each with one defect. It knows more
 * than an attacker: to whom tickets are encrypted, and for some all keys.
 */
public final class TicketForge {

    private static final JOSEObjectType TYPE = new JOSEObjectType("setup-ticket+jwt");

    private final TicketKeys keys;
    private final SetupTicket ticket;

    /** Forges that say the same as a good ticket. */
    public TicketForge(TicketKeys keys, SetupTicket ticket) {
        this.keys = keys;
        this.ticket = ticket;
    }

    /** All forgeries that decrypt, by the name of their defect. */
    public Map<String, String> decryptable() throws JOSEException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("signed-with-another-key", sealed(signed(header(TYPE), TicketKeys.fresh())));
        all.put("signed-by-nobody", sealed(new PlainJWT(claims().build()).serialize()));
        all.put("signed-with-hmac-under-the-public-key", sealed(hmac()));
        all.put("of-another-type", sealed(signed(header(JOSEObjectType.JWT), keys)));
        all.put("of-another-key-id", sealed(signed(ofKey("another"), keys)));
        all.put("with-a-further-header", sealed(signed(withKey(), keys)));
        all.put("for-another-audience", sealed(signed(claims().audience("breakwater-api"), keys)));
        all.put("of-another-issuer", sealed(signed(claims().issuer("somebody"), keys)));
        all.put("with-a-further-claim", sealed(signed(claims().claim("more", 1), keys)));
        all.put("without-a-key", sealed(signed(claims().claim("cnf", Map.of()), keys)));
        all.put("of-no-device", sealed(signed(claims().claim("serial", "?"), keys)));
        all.put("no-token-at-all", sealed("a.b"));
        return all;
    }

    /** All forgeries that are not ours on the outside, by the name of their defect. */
    public Map<String, String> undecryptable() throws JOSEException {
        Map<String, String> all = new LinkedHashMap<>();
        String good = signed(claims(), keys);
        JWEHeader ours = outer(EncryptionMethod.A256GCM).build();
        all.put("sealed-to-another-key", sealed(good, ours, TicketKeys.fresh().encryption()));
        all.put(
                "sealed-by-another-cipher",
                sealed(good, outer(EncryptionMethod.A128GCM).build(), keys.encryption()));
        all.put(
                "compressed",
                sealed(
                        good,
                        outer(EncryptionMethod.A256GCM)
                                .compressionAlgorithm(com.nimbusds.jose.CompressionAlgorithm.DEF)
                                .build(),
                        keys.encryption()));
        all.put(
                "wrapped-by-another-algorithm",
                sealed(
                        good,
                        new JWEHeader.Builder(JWEAlgorithm.ECDH_ES_A128KW, EncryptionMethod.A256GCM)
                                .contentType("JWT")
                                .keyID(keys.encryption().getKeyID())
                                .build(),
                        keys.encryption()));
        return all;
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("breakwater")
                .audience("breakwater-enrollment")
                .jwtID(ticket.id().toString())
                .issueTime(Date.from(ticket.grantedAt()))
                .expirationTime(Date.from(ticket.expiresAt()))
                .subject(ticket.member().toString())
                .claim("org", ticket.organization().toString())
                .claim("serial", ticket.serial().text())
                .claim("cnf", Map.of("spki#S256", ticket.key().text()));
    }

    private JWSHeader header(JOSEObjectType type) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(type)
                .keyID(keys.signing().getKeyID())
                .build();
    }

    private static JWSHeader ofKey(String id) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(id).build();
    }

    /** The key it is signed with stands in it, for whoever would believe that. */
    private JWSHeader withKey() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(TYPE)
                .keyID(keys.signing().getKeyID())
                .jwk(keys.signing().toPublicJWK())
                .build();
    }

    private String signed(JWTClaimsSet.Builder claims, TicketKeys by) throws JOSEException {
        return signed(header(TYPE), claims, by);
    }

    private String signed(JWSHeader header, TicketKeys by) throws JOSEException {
        return signed(header, claims(), by);
    }

    private static String signed(JWSHeader header, JWTClaimsSet.Builder claims, TicketKeys by)
            throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims.build());
        token.sign(new ECDSASigner(by.signing()));
        return token.serialize();
    }

    private String hmac() throws JOSEException {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .type(TYPE)
                                .keyID(keys.signing().getKeyID())
                                .build(),
                        claims().build());
        String known = keys.signing().toPublicJWK().toJSONString();
        token.sign(new MACSigner(known.getBytes(StandardCharsets.UTF_8)));
        return token.serialize();
    }

    private JWEHeader.Builder outer(EncryptionMethod method) {
        return new JWEHeader.Builder(JWEAlgorithm.ECDH_ES_A256KW, method)
                .contentType("JWT")
                .keyID(keys.encryption().getKeyID());
    }

    private String sealed(String inner) throws JOSEException {
        return sealed(inner, outer(EncryptionMethod.A256GCM).build(), keys.encryption());
    }

    private static String sealed(String inner, JWEHeader header, ECKey to) throws JOSEException {
        JWEObject object = new JWEObject(header, new Payload(inner));
        object.encrypt(new ECDHEncrypter(to.toPublicJWK()));
        return object.serialize();
    }
}
