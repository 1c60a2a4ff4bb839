/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Director;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import dev.breakwater.server.release.Releases;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Releases in memory, and a director whose statements are texts that name what they are about. */
public final class KnownReleases implements Releases, Director {

    private final Map<ReleaseId, Release> releases = new ConcurrentHashMap<>();
    private final Set<ReleaseId> withdrawn = ConcurrentHashMap.newKeySet();

    /** One more release of a product, for two revisions of hardware. */
    public Release publish(
            OrganizationId organization,
            ProductId product,
            String version,
            long counter,
            boolean security) {
        ReleaseDescription description =
                new ReleaseDescription(
                        "tank",
                        new ReleaseVersion(version),
                        counter,
                        List.of("rev-a", "rev-b"),
                        Optional.of(new ReleaseVersion("1.0")),
                        0,
                        Optional.empty(),
                        "Mends the pump.",
                        security);
        Release release =
                new Release(
                        ReleaseId.fresh(),
                        organization,
                        product,
                        version + "/tank.zip",
                        1_000,
                        new ReleaseHash("%064x".formatted(counter)),
                        description,
                        ReleaseState.PUBLISHED,
                        Instant.EPOCH);
        releases.put(release.id(), release);
        return release;
    }

    /** The release keys do not vouch for it any more. */
    void withdraw(Release release) {
        withdrawn.add(release.id());
    }

    @Override
    public Optional<Release> find(OrganizationId organization, ReleaseId release) {
        return Optional.ofNullable(releases.get(release))
                .filter(found -> found.organization().equals(organization));
    }

    @Override
    public List<Release> of(
            OrganizationId organization,
            ProductId product,
            Optional<ReleaseId> after,
            int countMax) {
        return releases.values().stream()
                .filter(release -> release.product().equals(product))
                .limit(countMax)
                .toList();
    }

    @Override
    public Optional<Release> published(
            OrganizationId organization, ProductId product, ReleaseHash hash) {
        return of(organization, product, Optional.empty(), 1_000).stream()
                .filter(release -> release.hash().equals(hash))
                .findAny();
    }

    @Override
    public Optional<byte[]> statement(Release release, List<DeviceId> devices, Instant deadline) {
        return withdrawn.contains(release.id())
                ? Optional.empty()
                : Optional.of(
                        "%s for %s until %s"
                                .formatted(release.path(), devices, deadline)
                                .getBytes(UTF_8));
    }
}
