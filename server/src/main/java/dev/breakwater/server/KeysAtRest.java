/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.keys.CaKey;
import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.CaRole;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.keys.Pkcs11KeyStore;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.sealing.KeyFile;
import dev.breakwater.ca.sealing.Passphrase;
import dev.breakwater.ca.sealing.SealingKeySource;
import dev.breakwater.ca.sealing.SealingKeyUnavailable;
import dev.breakwater.ca.sealing.SystemdCredential;
import dev.breakwater.protocol.sealing.SealingKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the keys that lie on this machine or in its token, or makes them at the first start. */
final class KeysAtRest {

    private KeysAtRest() {}

    /**
     * Only a data directory without a CA may get a new key: with one, a new key would open nothing.
     */
    static SealingKey sealingKey(SealingKeySource source, boolean firstStart)
            throws SealingKeyUnavailable {
        return switch (source) {
            case KeyFile file when firstStart && Files.notExists(file.file()) -> file.create();
            case KeyFile file -> file.open();
            case Passphrase passphrase
                    when firstStart
                            && Files.notExists(
                                    passphrase.dataDirectory().resolve(Passphrase.HEADER_FILE)) ->
                    passphrase.create();
            case Passphrase passphrase -> passphrase.open();
            case SystemdCredential credential -> credential.open();
        };
    }

    /** Opens the keys that are there: a wrong sealing key or PIN must leave the database alone. */
    static CaKeyStore caKeys(CaKeysLocation location, Path caDirectory, SealingKey sealingKey)
            throws KeyStoreFailed {
        CaKeyStore caKeys =
                switch (location) {
                    case CaKeysLocation.SealedFiles _ ->
                            new SealedFileKeyStore(caDirectory, sealingKey);
                    case CaKeysLocation.Pkcs11Token token ->
                            Pkcs11KeyStore.logIn(
                                    token.library(), token.slot(), token.pin(), caDirectory);
                };
        for (CaRole role : CaRole.values()) {
            Optional<CaKey> _ = caKeys.key(role);
        }
        return caKeys;
    }
}
