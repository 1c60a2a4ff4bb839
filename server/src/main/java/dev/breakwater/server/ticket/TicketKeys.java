/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import dev.breakwater.protocol.TimeOrderedUuid;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.text.ParseException;
import java.util.List;

/**
 * The two keys of tickets, both P-256: one signs them, to the other they are encrypted. Made at the
 * first start and kept sealed, so that a restart spoils no ticket that is out. They sign nothing
 * else: who has them can make tickets, and still needs the device's set-up key to use one.
 */
public final class TicketKeys {

    /** The file within the directory that is given. */
    static final String FILE = "tickets.keys.sealed";

    private static final byte[] CONTEXT = "keys of set-up tickets".getBytes(StandardCharsets.UTF_8);

    private final ECKey signing;
    private final ECKey encryption;

    private TicketKeys(ECKey signing, ECKey encryption) {
        this.signing = signing;
        this.encryption = encryption;
    }

    /**
     * The keys that lie in a directory, or fresh ones that lie there now.
     *
     * @throws IOException if the file cannot be read or written, or was altered: it is refused
     *     rather than replaced, so that somebody looks
     */
    public static TicketKeys open(Path directory, SealingKey sealingKey) throws IOException {
        DurableFile.createDirectory(directory);
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            return read(file, sealingKey);
        }
        TicketKeys fresh = fresh();
        String json = new JWKSet(List.of(fresh.signing, fresh.encryption)).toString(false);
        byte[] plain = json.getBytes(StandardCharsets.UTF_8);
        DurableFile.create(file, sealingKey.seal(plain, CONTEXT));
        return fresh;
    }

    /** Keys that are kept nowhere. */
    public static TicketKeys fresh() {
        return new TicketKeys(fresh(KeyUse.SIGNATURE), fresh(KeyUse.ENCRYPTION));
    }

    private static TicketKeys read(Path file, SealingKey sealingKey) throws IOException {
        try {
            byte[] plain = sealingKey.open(Files.readAllBytes(file), CONTEXT);
            JWKSet keys = JWKSet.parse(new String(plain, StandardCharsets.UTF_8));
            return new TicketKeys(of(keys, KeyUse.SIGNATURE), of(keys, KeyUse.ENCRYPTION));
        } catch (SealBroken | ParseException altered) {
            throw new IOException(
                    file
                            + " cannot be opened; restore it, or delete it: tickets that are out"
                            + " are then good no longer",
                    altered);
        }
    }

    private static ECKey of(JWKSet keys, KeyUse use) throws ParseException {
        for (JWK key : keys.getKeys()) {
            if (use.equals(key.getKeyUse())) {
                return key.toECKey();
            }
        }
        throw new ParseException("there is no key for " + use, 0);
    }

    private static ECKey fresh(KeyUse use) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            return new ECKey.Builder(Curve.P_256, (ECPublicKey) keys.getPublic())
                    .privateKey(keys.getPrivate())
                    .keyUse(use)
                    .keyID(TimeOrderedUuid.fresh().toString())
                    .build();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has P-256", impossible);
        }
    }

    ECKey signing() {
        return signing;
    }

    ECKey encryption() {
        return encryption;
    }

    @Override
    public String toString() {
        return "ticket keys " + signing.getKeyID() + " and " + encryption.getKeyID();
    }
}
