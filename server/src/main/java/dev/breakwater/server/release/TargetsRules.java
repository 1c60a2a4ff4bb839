/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.WrongSignatures;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.release.ReleaseStore.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which file of targets is taken: the next one, signed by the release keys, in which every release
 * is whole and for this product, and nobody else but the director is let speak.
 */
final class TargetsRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");

    private final Repository repository;
    private final ServerKeys online;
    private final Instant now;

    TargetsRules(Repository repository, ServerKeys online, Instant now) {
        this.repository = repository;
        this.online = online;
        this.now = now;
    }

    /**
     * What a file that is taken changes.
     *
     * @param onlineKey the number of the server's key that it names for the director
     */
    record Accepted(
            Targets targets, long onlineKey, List<Release> fresh, List<Release> withdrawn) {}

    /**
     * Judges a file. Artifacts are not looked at here.
     *
     * @param keys of the release role, as the root in force lists them
     * @param published what the file before it named
     */
    Accepted accepted(byte[] file, RoleKeys keys, List<Release> published) throws ReleaseRefused {
        Targets targets = signed(file, keys);
        long wanted = repository.versions().targets() + 1;
        if (targets.version() != wanted) {
            throw new ReleaseRefused(
                    Fault.WRONG_VERSION,
                    "targets must be version %d, not %d".formatted(wanted, targets.version()));
        }
        if (!targets.expires().isAfter(now)) {
            throw new ReleaseRefused(
                    Fault.EXPIRED, "targets has expired at %s".formatted(targets.expires()));
        }
        long onlineKey = director(targets);
        Map<String, Release> before = new HashMap<>();
        published.forEach(release -> before.put(release.path(), release));
        List<Release> fresh = new ArrayList<>();
        Set<Long> counters = new HashSet<>();
        for (Map.Entry<String, TargetFile> target : targets.targets().entrySet()) {
            Release release = release(target.getKey(), target.getValue());
            if (!counters.add(release.description().releaseCounter())) {
                throw new ReleaseRefused(
                        Fault.WRONG_COUNTER,
                        "two releases have the counter %d"
                                .formatted(release.description().releaseCounter()));
            }
            Optional<Release> known = Optional.ofNullable(before.remove(release.path()));
            if (known.isPresent()) {
                requireSame(known.get(), release);
            } else {
                requireNewer(release);
                fresh.add(release);
            }
        }
        return new Accepted(targets, onlineKey, List.copyOf(fresh), List.copyOf(before.values()));
    }

    private static Targets signed(byte[] file, RoleKeys keys) throws ReleaseRefused {
        try {
            SignedFile<Targets> read = MetadataReader.targets(file);
            return read.verifiedBy(keys);
        } catch (MalformedMetadata malformed) {
            throw new ReleaseRefused(
                    Fault.MALFORMED, String.valueOf(malformed.getMessage()), malformed);
        } catch (WrongSignatures wrong) {
            throw new ReleaseRefused(
                    Fault.WRONG_SIGNATURES, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** Devices believe a statement by the keys that stand here, whoever else signs one. */
    private long director(Targets targets) throws ReleaseRefused {
        if (targets.delegations().size() != 1) {
            throw new ReleaseRefused(
                    Fault.WRONG_DELEGATION,
                    "targets must delegate to the role %s and to nobody else"
                            .formatted(DirectorStatement.ROLE));
        }
        DelegatedRole role = targets.delegations().getFirst();
        long current = repository.keys().roles().director();
        Optional<Long> named = online.namedBy(role.keys(), current);
        boolean isDirector =
                role.name().equals(DirectorStatement.ROLE)
                        && role.paths().equals(new PathScope.Patterns(List.of()));
        if (!isDirector || named.isEmpty()) {
            throw new ReleaseRefused(
                    Fault.WRONG_DELEGATION,
                    ("the role %s must have the server's online key %s alone, a threshold of 1,"
                                    + " and no paths")
                            .formatted(DirectorStatement.ROLE, online.choices(current)));
        }
        return named.get();
    }

    private Release release(String path, TargetFile file) throws ReleaseRefused {
        ReleaseDescription description;
        try {
            description = ReleaseDescription.of(file);
        } catch (MalformedMetadata malformed) {
            throw new ReleaseRefused(
                    Fault.WRONG_RELEASE,
                    "%s: %s".formatted(shown(path), malformed.getMessage()),
                    malformed);
        }
        if (!description.productId().equals(repository.product().toString())) {
            throw new ReleaseRefused(
                    Fault.OTHER_PRODUCT,
                    "%s is for the product %s, and this is the repository of %s"
                            .formatted(shown(path), description.productId(), repository.product()));
        }
        String folder = description.version().text() + "/";
        if (!path.startsWith(folder) || !NAME.matcher(path.substring(folder.length())).matches()) {
            throw new ReleaseRefused(
                    Fault.WRONG_RELEASE,
                    ("%s must be called %s and a name of letters, digits, dots, underscores, pluses"
                                    + " and hyphens")
                            .formatted(shown(path), folder));
        }
        // What the server cannot compare it does not vouch for: another hash could be another's.
        Optional<String> sha256 = file.hashes().sha256();
        if (sha256.isEmpty() || file.hashes().hexByName().size() != 1) {
            throw new ReleaseRefused(
                    Fault.WRONG_RELEASE, "%s must have a sha256 and no other hash".formatted(path));
        }
        return new Release(
                ReleaseId.fresh(),
                repository.organization(),
                repository.product(),
                path,
                file.length(),
                hash(path, sha256.get()),
                description,
                ReleaseState.PUBLISHED,
                now);
    }

    private static ReleaseHash hash(String path, String sha256) throws ReleaseRefused {
        try {
            return new ReleaseHash(sha256);
        } catch (IllegalArgumentException noHash) {
            throw new ReleaseRefused(
                    Fault.WRONG_RELEASE,
                    "%s must have a sha256 of 64 hexadecimal digits".formatted(path),
                    noHash);
        }
    }

    private static String shown(String path) {
        String printable = path.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
        return printable.length() <= 200 ? printable : printable.substring(0, 200) + "…";
    }

    /** A later wave of a rollout gets what an earlier one was tried with. */
    private static void requireSame(Release known, Release again) throws ReleaseRefused {
        if (!known.hash().equals(again.hash())
                || known.length() != again.length()
                || !known.description().equals(again.description())) {
            throw new ReleaseRefused(
                    Fault.WRONG_RELEASE,
                    "%s is published and must stay as it is; leave it out and sign another release"
                            .formatted(known.path()));
        }
    }

    /** Above all that ever were, so that what was withdrawn does not come back. */
    private void requireNewer(Release release) throws ReleaseRefused {
        long counter = release.description().releaseCounter();
        if (counter <= repository.counterMax()) {
            throw new ReleaseRefused(
                    Fault.WRONG_COUNTER,
                    "%s has the counter %d; a new release must have %d or more"
                            .formatted(release.path(), counter, repository.counterMax() + 1));
        }
    }
}
