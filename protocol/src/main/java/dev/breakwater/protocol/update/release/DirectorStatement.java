/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the director says: these devices, or those of a wave, are to install this file by then. It
 * is a file of targets with one target, signed by the keys of the role {@value #ROLE}, which the
 * release keys let sign and which may speak of no path of the repository itself.
 *
 * @param path the target's path in the release repository
 * @param length its bytes
 * @param hashes its hashes
 * @param devices whom it names; none if it names a wave
 * @param wave the wave it names; empty if it names devices
 * @param deadline when an installation must have begun
 */
public record DirectorStatement(
        String path,
        long length,
        FileHashes hashes,
        List<DeviceId> devices,
        Optional<String> wave,
        Instant deadline) {

    /** The role whose keys sign it. */
    public static final String ROLE = "director";

    /** So that what was signed before a theft of the server's keys is worth nothing soon after. */
    public static final Duration LIFE_MAX = Duration.ofDays(7);

    /** Larger waves are named by their id. */
    public static final int DEVICES_MAX = 1000;

    /** A thousand devices and their names take half of it. */
    public static final int BYTES_MAX = 128 * 1024;

    private static final Pattern WAVE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String NOUN = "a director's statement";

    /** Refuses a statement that names nobody, or both devices and a wave. */
    public DirectorStatement {
        devices = List.copyOf(devices);
        if (devices.isEmpty() == wave.isEmpty() || devices.size() > DEVICES_MAX) {
            throw new IllegalArgumentException(
                    "it must name 1 to %d devices, or a wave".formatted(DEVICES_MAX));
        }
        if (wave.isPresent() && !WAVE.matcher(wave.get()).matches()) {
            throw new IllegalArgumentException(
                    "a wave must be 1 to 64 letters, digits, dots, underscores and hyphens");
        }
        if (!deadline.truncatedTo(ChronoUnit.SECONDS).equals(deadline)) {
            throw new IllegalArgumentException("a deadline must be whole seconds");
        }
    }

    /** Whether it names this device, itself or by a wave that it is in. */
    public boolean names(DeviceId device, Set<String> waves) {
        return devices.contains(device) || wave.filter(waves::contains).isPresent();
    }

    /** Reads what a file of the director says; who signed it has been checked before. */
    static DirectorStatement of(Targets file) throws MalformedMetadata {
        if (file.targets().size() != 1 || !file.delegations().isEmpty()) {
            throw new MalformedMetadata(NOUN + " must have one target and no delegations");
        }
        Map.Entry<String, TargetFile> entry = file.targets().entrySet().iterator().next();
        TargetFile target = entry.getValue();
        CustomMembers members =
                CustomMembers.of(target.custom(), NOUN, Set.of("devices", "wave", "deadline"));
        Instant deadline = members.time("deadline");
        Optional<String> wave = members.optionalText("wave");
        List<String> devices = members.has("devices") ? members.texts("devices") : List.of();
        return members.built(
                () ->
                        new DirectorStatement(
                                entry.getKey(),
                                target.length(),
                                target.hashes(),
                                ids(devices),
                                wave,
                                deadline));
    }

    private static List<DeviceId> ids(List<String> texts) {
        List<DeviceId> ids = new ArrayList<>();
        texts.forEach(text -> ids.add(DeviceId.parse(text)));
        return ids;
    }

    /**
     * As a file of targets, to be signed by the director.
     *
     * @param version the director's own count of what it said to these devices
     * @param expires at most {@link #LIFE_MAX} from now
     */
    public Targets toTargets(long version, Instant expires) {
        ObjectNode custom = JsonMapper.shared().createObjectNode();
        ObjectNode node = CustomMembers.write(custom);
        node.put("deadline", deadline.toString());
        wave.ifPresent(name -> node.put("wave", name));
        if (!devices.isEmpty()) {
            ArrayNode named = node.putArray("devices");
            devices.forEach(device -> named.add(device.toString()));
        }
        return new Targets(
                version, expires, Map.of(path, new TargetFile(length, hashes, custom)), List.of());
    }
}
