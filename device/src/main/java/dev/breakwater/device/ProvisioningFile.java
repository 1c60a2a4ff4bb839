/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file a factory or an operator leaves on a device, JSON:
 *
 * <pre>{@code
 * {
 *   "host": "tanks.example.com",
 *   "channelPort": 8883,
 *   "enrollmentPort": 8884,
 *   "rootFingerprint": "3f:a1:...",
 *   "serial": "tank-1",
 *   "enrollmentCode": "one-time code",
 *   "channel": "tls",
 *   "keys": {"place": "pkcs11", "library": "/usr/lib/softhsm/libsofthsm2.so",
 *            "slot": 0, "pinFile": "/etc/tank/pin"},
 *   "envelopeKeys": ["9e2afa15b453d872..."]
 * }
 * }</pre>
 *
 * <p>The ports and the channel ({@code tls} or {@code websocket}) may be left out, and so may the
 * keys, which then lie in sealed storage ({@code {"place": "sealed-file"}}; a TPM is {@code
 * {"place": "tpm", "device": "/dev/tpmrm0"}}), and the envelope keys of a device that seals to its
 * server or not at all. The enrollment code is erased after use: overwritten in place, then the
 * file is replaced by one without it. Flash may keep a copy of the old block; the code is worthless
 * by then, since the server takes it once.
 */
public final class ProvisioningFile implements EnrollmentCodeSource {

    private static final int BYTES_MAX = 16 * 1024;
    private static final String CODE = "enrollmentCode";
    private static final String KEYS = "keys";
    private static final String ENVELOPE_KEYS = "envelopeKeys";
    private static final Set<String> MEMBERS =
            Set.of(
                    "host",
                    "channelPort",
                    "enrollmentPort",
                    "rootFingerprint",
                    "serial",
                    CODE,
                    "channel",
                    KEYS,
                    ENVELOPE_KEYS);
    private static final Set<String> KEYS_MEMBERS =
            Set.of("place", "library", "slot", "pinFile", "device");

    private final Path file;

    /** A file that need not exist yet; it is read at each call. */
    public ProvisioningFile(Path file) {
        this.file = file;
    }

    /**
     * Reads what is not secret.
     *
     * @throws IOException if the file cannot be read or a member is missing, misspelt or malformed;
     *     the text names it
     */
    public Provisioning read() throws IOException {
        ObjectNode object = parse();
        try {
            return new Provisioning(
                    text(object, "host"),
                    number(object, "channelPort", 8883),
                    number(object, "enrollmentPort", 8884),
                    RootFingerprint.parse(text(object, "rootFingerprint")),
                    new DeviceSerial(text(object, "serial")),
                    channel(object),
                    keys(object),
                    envelopeKeys(object));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    @Override
    public Optional<EnrollmentCode> code() throws IOException {
        ObjectNode object = parse();
        if (!object.has(CODE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new EnrollmentCode(text(object, CODE)));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    @Override
    public void erase() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        ObjectNode object = parse();
        if (object.remove(CODE) == null) {
            return;
        }
        // First the replacement, so that a power cut leaves a whole file in any case; the old
        // content is then overwritten through the channel that was opened on it before.
        try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
            DurableFile.replace(
                    file,
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(object));
            ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(old.size(), BYTES_MAX));
            while (zeros.hasRemaining()) {
                old.write(zeros);
            }
            old.force(true);
        }
    }

    private ObjectNode parse() throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(BYTES_MAX + 1);
        }
        if (content.length > BYTES_MAX) {
            throw new IOException(file + " is longer than " + BYTES_MAX + " bytes");
        }
        try {
            if (JsonMapper.shared().readTree(content) instanceof ObjectNode object) {
                requireMembers(object, MEMBERS, "a provisioning file");
                return object;
            }
        } catch (JacksonException notJson) {
            // Without its cause, whose text may quote the enrollment code.
            throw new IOException(file + " is not JSON, line " + notJson.getLocation().getLineNr());
        }
        throw new IOException(file + " is not a JSON object");
    }

    private void requireMembers(ObjectNode object, Set<String> members, String what)
            throws IOException {
        for (String name : object.propertyNames()) {
            if (!members.contains(name)) {
                throw new IOException("%s: %s is not a member of %s".formatted(file, name, what));
            }
        }
    }

    private String text(ObjectNode object, String member) throws IOException {
        JsonNode node = object.path(member);
        if (!node.isString()) {
            throw new IOException("%s: %s must be there, a string".formatted(file, member));
        }
        return node.stringValue();
    }

    private int number(ObjectNode object, String member, int otherwise) throws IOException {
        if (!object.has(member)) {
            return otherwise;
        }
        if (!object.path(member).isInt()) {
            throw new IOException("%s: %s must be a number".formatted(file, member));
        }
        return object.path(member).intValue();
    }

    private ChannelKind channel(ObjectNode object) throws IOException {
        String name = object.has("channel") ? text(object, "channel") : "tls";
        for (ChannelKind kind : ChannelKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new IOException(file + ": channel must be tls or websocket");
    }

    private KeyPlace keys(ObjectNode object) throws IOException {
        if (!object.has(KEYS)) {
            return new KeyPlace.SealedFile();
        }
        if (!(object.path(KEYS) instanceof ObjectNode keys)) {
            throw new IOException(file + ": keys must be an object");
        }
        requireMembers(keys, KEYS_MEMBERS, "keys");
        String place = text(keys, "place");
        if (place.equals("sealed-file") && keys.size() == 1) {
            return new KeyPlace.SealedFile();
        }
        if (place.equals("tpm") && keys.size() == (keys.has("device") ? 2 : 1)) {
            return new KeyPlace.Tpm(
                    keys.has("device") ? Path.of(text(keys, "device")) : KeyPlace.Tpm.USUAL);
        }
        if (!place.equals("pkcs11") || keys.has("device")) {
            throw new IOException(
                    file
                            + ": the place of keys is sealed-file and nothing more, tpm with its device if that is not the usual one, or pkcs11");
        }
        return new KeyPlace.Pkcs11Token(
                Path.of(text(keys, "library")),
                number(keys, "slot", 0),
                Path.of(text(keys, "pinFile")));
    }

    private Set<String> envelopeKeys(ObjectNode object) throws IOException {
        Set<String> hashes = new HashSet<>();
        JsonNode listed = object.path(ENVELOPE_KEYS);
        if (object.has(ENVELOPE_KEYS) && !listed.isArray()) {
            throw new IOException(file + ": envelopeKeys must be an array");
        }
        for (JsonNode hash : listed.values()) {
            var _ = hashes.add(hash.asString(""));
        }
        if (object.has(ENVELOPE_KEYS) && hashes.isEmpty()) {
            // An empty list would read as "none but these" and mean "the server's".
            throw new IOException(file + ": envelopeKeys, if it is there, names a key");
        }
        return hashes;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
