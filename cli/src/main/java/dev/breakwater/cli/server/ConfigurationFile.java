/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.sealing.KeyFile;
import dev.breakwater.ca.sealing.Passphrase;
import dev.breakwater.ca.sealing.SealingKeySource;
import dev.breakwater.ca.sealing.SystemdCredential;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.CaKeysLocation;
import dev.breakwater.server.CertificateFiles;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.artifact.S3Place;
import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.tls.TlsEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * The server's configuration as a TOML file. Every key has a default, so that an empty file is a
 * good configuration; what stands in the file must be understood to the letter, or the server does
 * not start.
 */
public final class ConfigurationFile {

    private static final long FILE_BYTES_MAX = 1 << 20;

    private final Path home;
    private final Optional<Path> systemdCredentials;

    /**
     * Prepares to read.
     *
     * @param home below which the defaults of data directory and sealing key lie
     * @param systemdCredentials the directory systemd hands credentials in, if it started us
     */
    public ConfigurationFile(Path home, Optional<Path> systemdCredentials) {
        this.home = home;
        this.systemdCredentials = systemdCredentials;
    }

    /** The defaults alone. */
    public ServerConfiguration defaults() throws ConfigurationRefused {
        return read("");
    }

    /** Reads a file. */
    public ServerConfiguration read(Path file) throws ConfigurationRefused {
        return read(text(file));
    }

    /**
     * Reads only where the data lie, from a file or from the defaults: neither secrets nor anything
     * else has to be there. What else stands in the file is for the server to judge.
     */
    public DataPlace dataPlace(Optional<Path> file) throws ConfigurationRefused {
        List<String> problems = new ArrayList<>();
        Settings root = new Settings(parse(file.isPresent() ? text(file.get()) : ""), "", problems);
        DataPlace place =
                new DataPlace(
                        dataDirectory(root),
                        root.table("database").text("url"),
                        sealingKeyPlace(root.table("sealing-key")),
                        ArtifactSettings.bucket(root.table("artifacts")));
        if (!problems.isEmpty()) {
            throw new ConfigurationRefused(problems);
        }
        return place;
    }

    /**
     * Reads only where the database is and what opens it, for what an operator does to the data of
     * a server that does not run.
     */
    public DatabaseLocation database(Optional<Path> file) throws ConfigurationRefused {
        List<String> problems = new ArrayList<>();
        Settings root = new Settings(parse(file.isPresent() ? text(file.get()) : ""), "", problems);
        return database(root.table("database"), dataDirectory(root))
                .filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new ConfigurationRefused(problems));
    }

    private Path dataDirectory(Settings root) {
        return root.path("data-directory")
                .orElse(home.resolve(".local/share/breakwater"))
                .toAbsolutePath();
    }

    private String sealingKeyPlace(Settings settings) {
        return settings.text("systemd-credential")
                .map(credential -> "the systemd credential " + credential)
                .or(() -> settings.text("passphrase-file").map(file -> "the passphrase in " + file))
                .orElseGet(() -> keyFile(settings.path("file")).toString());
    }

    private Path keyFile(Optional<Path> named) {
        return named.orElse(home.resolve(".config/breakwater/sealing.key"))
                .toAbsolutePath()
                .normalize();
    }

    private static String text(Path file) throws ConfigurationRefused {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new ConfigurationRefused(
                        List.of(file + " is larger than 1 MiB: that is no configuration"));
            }
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new ConfigurationRefused(List.of("there is no configuration file " + file));
        } catch (CharacterCodingException notText) {
            throw new ConfigurationRefused(
                    List.of("the configuration file " + file + " is not UTF-8 text"));
        } catch (AccessDeniedException denied) {
            throw new ConfigurationRefused(
                    List.of("this user may not read the configuration file " + file));
        } catch (IOException unreadable) {
            throw new ConfigurationRefused(
                    List.of(
                            "the configuration file "
                                    + file
                                    + " cannot be read: "
                                    + unreadable.getMessage()));
        }
    }

    /** Reads TOML text. */
    ServerConfiguration read(String toml) throws ConfigurationRefused {
        List<String> problems = new ArrayList<>();
        Settings root = new Settings(parse(toml), "", problems);

        Path data = dataDirectory(root);
        Optional<ServerNames> names = names(root);
        Settings listening = root.table("listeners");
        List<AddressRange> proxies = networks(listening, "proxies");
        TlsEngine tlsEngine = tlsEngine(listening);
        Listeners listeners = listeners(listening);
        Optional<SealingKeySource> sealingKey = sealingKey(root.table("sealing-key"), data);
        Optional<CaKeysLocation> caKeys = caKeys(root.table("ca"));
        Duration life =
                Duration.ofDays(
                        root.integer("device-certificate-days", 1, 397)
                                .orElse(
                                        (int)
                                                ServerConfiguration.DEVICE_CERTIFICATE_LIFE
                                                        .toDays()));
        Optional<DatabaseLocation> database = database(root.table("database"), data);
        Limits limits = limits(root.table("limits"));
        List<AddressRange> neverBanned = neverBanned(root.table("bans"));
        Optional<CertificateFiles> apiCertificate = apiCertificate(root.table("api"));
        Settings provider = root.table("oidc");
        Optional<ProviderSettings> oidc =
                new OidcSettings(provider)
                        .read(names, listeners.api(), (key, file) -> secret(provider, key, file));
        Settings store = root.table("artifacts");
        Optional<S3Place> artifacts =
                new ArtifactSettings(store).read((key, file) -> secret(store, key, file));
        root.reportUnknown();

        if (!problems.isEmpty()) {
            throw new ConfigurationRefused(problems);
        }
        return new ServerConfiguration(
                data,
                names.orElseThrow(),
                sealingKey.orElseThrow(),
                caKeys.orElseThrow(),
                database.orElseThrow(),
                listeners,
                tlsEngine,
                life,
                limits,
                neverBanned,
                proxies,
                apiCertificate,
                oidc,
                artifacts);
    }

    /** What is in them the server judges when it starts, and whenever they change. */
    private static Optional<CertificateFiles> apiCertificate(Settings settings) {
        Optional<Path> certificate = settings.path("certificate-file");
        Optional<Path> key = settings.path("key-file");
        settings.reportUnknown();
        if (certificate.isPresent() != key.isPresent()) {
            settings.problem(
                    certificate.isPresent() ? "key-file" : "certificate-file",
                    "is missing: a certificate and its key belong together");
            return Optional.empty();
        }
        return certificate.map(
                file ->
                        new CertificateFiles(
                                file.toAbsolutePath(), key.orElseThrow().toAbsolutePath()));
    }

    private static List<AddressRange> neverBanned(Settings settings) {
        List<AddressRange> ranges = networks(settings, "never");
        settings.reportUnknown();
        return ranges;
    }

    private static List<AddressRange> networks(Settings settings, String key) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : settings.texts(key)) {
            try {
                ranges.add(AddressRange.parse(text));
            } catch (IllegalArgumentException refused) {
                settings.problem(
                        key,
                        "holds '%s', which is no network such as 198.51.100.0/24: %s"
                                .formatted(text, refused.getMessage()));
            }
        }
        return ranges;
    }

    /** Names that are literal addresses go where addresses go; nothing is looked up. */
    private static Optional<ServerNames> names(Settings settings) {
        List<String> texts = settings.texts("names");
        List<String> dnsNames = new ArrayList<>();
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts.isEmpty() ? List.of("localhost", "127.0.0.1") : texts) {
            try {
                addresses.add(InetAddress.ofLiteral(text));
            } catch (IllegalArgumentException notALiteral) {
                dnsNames.add(text);
            }
        }
        try {
            return Optional.of(new ServerNames(dnsNames, addresses));
        } catch (IllegalArgumentException refused) {
            settings.problem("names", "cannot stand in a certificate: " + refused.getMessage());
            return Optional.empty();
        }
    }

    private static JsonNode parse(String toml) throws ConfigurationRefused {
        try {
            return TomlMapper.builder().build().readTree(toml);
        } catch (JacksonException malformed) {
            throw new ConfigurationRefused(
                    List.of("the configuration is not TOML: " + malformed.getOriginalMessage()));
        }
    }

    private static Listeners listeners(Settings settings) {
        Listeners byDefault = Listeners.DEFAULT;
        Listeners listeners =
                new Listeners(
                        settings.text("bind-address").orElse(byDefault.bindAddress()),
                        settings.integer("channel", 1, 65_535).orElse(byDefault.channel()),
                        settings.integer("enrollment", 1, 65_535).orElse(byDefault.enrollment()),
                        settings.integer("api", 1, 65_535).orElse(byDefault.api()),
                        settings.integer("operations", 1, 65_535).orElse(byDefault.operations()));
        settings.reportUnknown();
        return listeners;
    }

    private static TlsEngine tlsEngine(Settings settings) {
        Optional<String> named = settings.text("tls-engine");
        Optional<TlsEngine> known = named.flatMap(TlsEngine::of);
        if (named.isPresent() && known.isEmpty()) {
            settings.problem(
                    "tls-engine",
                    "must be one of "
                            + Arrays.stream(TlsEngine.values())
                                    .map(TlsEngine::code)
                                    .collect(Collectors.joining(", ")));
        }
        return known.orElse(TlsEngine.BORINGSSL);
    }

    private Optional<SealingKeySource> sealingKey(Settings settings, Path data) {
        Optional<Path> file = settings.path("file");
        Optional<String> credential = settings.text("systemd-credential");
        Optional<Path> passphrase = settings.path("passphrase-file");
        settings.reportUnknown();
        if (Stream.of(file, credential, passphrase).filter(Optional::isPresent).count() > 1) {
            settings.problem(
                    "file",
                    "stands beside another source; name one of file, systemd-credential, passphrase-file");
            return Optional.empty();
        }
        if (credential.isPresent()) {
            if (systemdCredentials.isEmpty()) {
                settings.problem(
                        "systemd-credential",
                        "is set, but systemd handed no credentials (LoadCredential=)");
            }
            return systemdCredentials.map(
                    directory -> new SystemdCredential(directory, credential.get()));
        }
        if (passphrase.isPresent()) {
            return secret(settings, "passphrase-file", passphrase.get())
                    .map(text -> new Passphrase(text, data));
        }
        Path keyFile = keyFile(file);
        if (keyFile.startsWith(data.normalize())) {
            settings.problem(
                    "file",
                    "lies in the data directory: a copy of the data would carry its own key");
        }
        return Optional.of(new KeyFile(keyFile, data));
    }

    private static Optional<CaKeysLocation> caKeys(Settings settings) {
        Optional<Path> library = settings.path("pkcs11-library");
        Optional<Integer> slot = settings.integer("pkcs11-slot", 0, 65_535);
        Optional<Path> pinFile = settings.path("pkcs11-pin-file");
        settings.reportUnknown();
        if (library.isEmpty()) {
            if (slot.isPresent() || pinFile.isPresent()) {
                settings.problem(
                        "pkcs11-library", "is missing, but other pkcs11 settings are there");
            }
            return Optional.of(new CaKeysLocation.SealedFiles());
        }
        if (pinFile.isEmpty()) {
            settings.problem("pkcs11-pin-file", "is missing: a token is opened with a PIN");
            return Optional.empty();
        }
        return secret(settings, "pkcs11-pin-file", pinFile.get())
                .map(pin -> new CaKeysLocation.Pkcs11Token(library.get(), slot.orElse(0), pin));
    }

    private static Optional<DatabaseLocation> database(Settings settings, Path data) {
        Optional<String> url = settings.text("url");
        Optional<String> user = settings.text("user");
        Optional<Path> passwordFile = settings.path("password-file");
        settings.reportUnknown();
        if (url.isEmpty()) {
            return Optional.of(
                    new DatabaseLocation.SqliteFile(data.resolve(ServerConfiguration.SQLITE_FILE)));
        }
        if (!url.get().startsWith("jdbc:postgresql:")) {
            settings.problem(
                    "url", "must begin with jdbc:postgresql: (leave it out to use SQLite)");
        }
        if (user.isEmpty() || passwordFile.isEmpty()) {
            settings.problem("url", "needs database.user and database.password-file beside it");
            return Optional.empty();
        }
        return secret(settings, "password-file", passwordFile.get())
                .flatMap(password -> postgres(settings, url.get(), user.get(), password));
    }

    private static Optional<DatabaseLocation> postgres(
            Settings settings, String url, String user, SecretText password) {
        try {
            return Optional.of(
                    new DatabaseLocation.PostgresServer(url, user, new String(password.copy())));
        } catch (IllegalArgumentException refused) {
            settings.problem("url", "cannot be used: " + refused.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<SecretText> secret(Settings settings, String key, Path file) {
        try {
            return Optional.of(SecretText.of(Files.readString(file).strip().toCharArray()));
        } catch (IOException | IllegalArgumentException unusable) {
            settings.problem(key, "cannot be used: " + unusable);
            return Optional.empty();
        }
    }

    private static Limits limits(Settings settings) {
        Map<Limit, Integer> changed = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            settings.integer(limit.key(), limit.lowest(), limit.highest())
                    .ifPresent(value -> changed.put(limit, value));
        }
        settings.reportUnknown();
        return Limits.with(changed);
    }
}
