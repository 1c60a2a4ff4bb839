/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.sealing.KeyFile;
import dev.breakwater.ca.sealing.SealingKeySource;
import dev.breakwater.server.artifact.S3Place;
import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.tls.TlsEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All an operator can say about a server, checked and complete. Only {@link ServerAssembly} reads
 * it.
 *
 * @param dataDirectory the one directory the server writes to
 * @param names DNS names and IP addresses that the server's certificate carries; at least one
 * @param sealingKey where the key is that seals all other secrets
 * @param caKeys where the CA's private keys live
 * @param database where the data lies
 * @param listeners addresses and ports
 * @param tlsEngine who does the cryptography of TLS
 * @param deviceCertificateLife how long a device's certificate is valid, 1 to 397 days
 * @param limits the limits in force
 * @param neverBanned networks that are never banned from the HTTPS listeners
 * @param proxies networks whose connections to the API say in the PROXY protocol whom they are for
 * @param apiCertificate what the API proves itself with instead of a certificate of our own
 * @param oidc the identity provider by which people may log in besides; empty for none
 * @param artifacts where releases' bytes are kept; empty for the data directory
 */
public record ServerConfiguration(
        Path dataDirectory,
        ServerNames names,
        SealingKeySource sealingKey,
        CaKeysLocation caKeys,
        DatabaseLocation database,
        Listeners listeners,
        TlsEngine tlsEngine,
        Duration deviceCertificateLife,
        Limits limits,
        List<AddressRange> neverBanned,
        List<AddressRange> proxies,
        Optional<CertificateFiles> apiCertificate,
        Optional<ProviderSettings> oidc,
        Optional<S3Place> artifacts) {

    /** How long a device's certificate is valid when nothing else is said. */
    public static final Duration DEVICE_CERTIFICATE_LIFE = Duration.ofDays(30);

    /** The name of the SQLite file in the data directory. */
    public static final String SQLITE_FILE = "breakwater.db";

    /** Refuses what no server could start with. */
    public ServerConfiguration {
        neverBanned = List.copyOf(neverBanned);
        proxies = List.copyOf(proxies);
        if (deviceCertificateLife.compareTo(Duration.ofDays(1)) < 0
                || deviceCertificateLife.compareTo(Duration.ofDays(397)) > 0) {
            throw new IllegalArgumentException("a device certificate lives 1 to 397 days");
        }
    }

    /** A server on SQLite with the defaults, in this directory and with this sealing key. */
    public static ServerConfiguration withDefaults(
            Path dataDirectory, Path sealingKeyFile, ServerNames names, Listeners listeners) {
        return new ServerConfiguration(
                dataDirectory,
                names,
                new KeyFile(sealingKeyFile, dataDirectory),
                new CaKeysLocation.SealedFiles(),
                new DatabaseLocation.SqliteFile(dataDirectory.resolve(SQLITE_FILE)),
                listeners,
                TlsEngine.BORINGSSL,
                DEVICE_CERTIFICATE_LIFE,
                Limits.defaults(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
