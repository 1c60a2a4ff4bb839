/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore.DeviceFilter;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.Candidate;
import dev.breakwater.server.tag.DeviceTag;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.tag.TagChange;
import dev.breakwater.server.tag.TagCount;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tags need of a store, whichever database it is. */
abstract class TagContract extends StoreContract {

    private static final TagChange NONE_CHANGED = new TagChange.Changed(0);

    private DeviceTags tags;
    private ProductId product;

    @BeforeEach
    void openTags() {
        tags =
                new DeviceTags(
                        new SqlTagStore(database, audit),
                        Limits.with(
                                Map.of(
                                        Limit.DEVICE_TAGS, 3,
                                        Limit.DEVICE_TAG_CHARACTERS, 12,
                                        Limit.DEVICE_TAGS_PER_ORGANIZATION, 5,
                                        Limit.DEVICES_TAGGED_AT_ONCE, 250)));
        product = product(organization, "tank");
    }

    @Test
    void givesADeviceTheseTagsAndNoOthers() {
        DeviceId device = devices(1).getFirst();
        assertThat(replace(device, "site=berlin", "beta")).isEqualTo(new TagChange.Changed(1));
        assertThat(of(device)).containsExactly("beta", "site=berlin");
        assertThat(read(device).version()).isEqualTo(2);
        assertThat(replace(device, "beta", "ring1")).isEqualTo(new TagChange.Changed(1));
        assertThat(of(device)).containsExactly("beta", "ring1");

        assertThat(entries())
                .extracting(entry -> entry.details().toString())
                .containsExactly("{added=ring1, removed=site=berlin}", "{added=beta site=berlin}");
        assertThat(entries()).allMatch(entry -> entry.subject().equals("device:" + device));
        assertThat(replace(device)).isEqualTo(new TagChange.Changed(1));
        assertThat(of(device)).isEmpty();
    }

    @Test
    void changesNothingWhereNothingIsOther() {
        DeviceId device = devices(1).getFirst();
        replace(device, "beta");
        long version = read(device).version();
        assertThat(replace(device, "beta")).isEqualTo(NONE_CHANGED);
        assertThat(change(serials(1), Set.of("beta"), Set.of("ring1"))).isEqualTo(NONE_CHANGED);
        assertThat(read(device).version()).isEqualTo(version);
        assertThat(entries()).hasSize(1);
    }

    @Test
    void writesOnlyOverTheVersionThatWasRead() {
        DeviceId device = devices(1).getFirst();
        replace(device, "beta");
        assertThat(tags.replace(organization, device, Set.of(), Optional.of(1L), OPERATOR))
                .isEqualTo(new TagChange.VersionMismatch(2));
        assertThat(of(device)).containsExactly("beta");
    }

    @Test
    void tagsManyAtOnceAndOnlyThoseWhoHaveItNot() {
        List<DeviceId> all = devices(230);
        replace(all.get(7), "beta", "ring1");
        assertThat(change(serials(230), Set.of("beta", "site=kiel"), Set.of("ring1")))
                .isEqualTo(new TagChange.Changed(230));
        assertThat(change(serials(205), Set.of("ring1"), Set.of("beta")))
                .isEqualTo(new TagChange.Changed(205));

        Map<DeviceId, ?> shown = tags.of(organization, all);
        assertThat(shown).hasSize(230);
        assertThat(of(all.get(7))).containsExactly("ring1", "site=kiel");
        assertThat(of(all.get(229))).containsExactly("beta", "site=kiel");
        assertThat(tags.tags(organization, Optional.empty(), 10))
                .containsExactly(count("beta", 25), count("ring1", 205), count("site=kiel", 230));
        assertThat(tags.tags(organization, Optional.of(new DeviceTag("beta")), 1))
                .containsExactly(count("ring1", 205));
    }

    @Test
    void tagsAllOrNone() {
        DeviceId device = devices(2).getFirst();
        replace(device, "one", "two");
        assertThat(change(List.of("A-0", "A-9"), Set.of("beta"), Set.of()))
                .isEqualTo(new TagChange.NoSuchSerial(serial("A-9")));
        assertThat(change(serials(2), Set.of("beta", "gamma"), Set.of()))
                .isEqualTo(
                        new TagChange.OutsideLimits(
                                "a device has at most 3 tags; A-0 would have more"));
        assertThat(of(device)).containsExactly("one", "two");
        assertThat(entries()).hasSize(1);
    }

    @Test
    void refusesWhatIsOutsideTheLimits() {
        DeviceId device = devices(2).getFirst();
        assertThat(replace(device, "a", "b", "c", "d"))
                .isEqualTo(
                        new TagChange.OutsideLimits(
                                "a device has at most 3 tags; A-0 would have more"));
        assertThat(replace(device, "a".repeat(13)))
                .isEqualTo(
                        new TagChange.OutsideLimits(
                                "a tag has at most 12 characters; aaaaaaaaaaaaa has 13"));
        assertThat(replace(device, "a", "b", "c")).isEqualTo(new TagChange.Changed(1));
        assertThat(change(List.of("A-1"), Set.of("d", "e"), Set.of()))
                .isEqualTo(new TagChange.Changed(1));
        assertThat(change(List.of("A-1"), Set.of("f"), Set.of()))
                .isEqualTo(
                        new TagChange.OutsideLimits(
                                "an organization has at most 5 different tags"));
        // One that is known is none more.
        assertThat(change(List.of("A-1"), Set.of("a"), Set.of()))
                .isEqualTo(new TagChange.Changed(1));
        List<String> many = IntStream.range(0, 251).mapToObj(i -> "A-" + i).toList();
        assertThat(change(many, Set.of("a"), Set.of()))
                .isEqualTo(
                        new TagChange.OutsideLimits(
                                "at most 250 devices are tagged at once, not 251"));
    }

    @Test
    void letsGoOfTagsWhenALimitWasLowered() {
        DeviceId device = devices(1).getFirst();
        replace(device, "a", "b", "c");
        DeviceTags fewer =
                new DeviceTags(
                        new SqlTagStore(database, audit),
                        Limits.with(Map.of(Limit.DEVICE_TAGS, 1)));
        assertThat(
                        fewer.change(
                                organization,
                                List.of(serial("A-0")),
                                Set.of(),
                                tags("a"),
                                OPERATOR))
                .isEqualTo(new TagChange.Changed(1));
        assertThat(of(device)).containsExactly("b", "c");
    }

    @Test
    void keepsOrganizationsApart() {
        DeviceId device = devices(1).getFirst();
        replace(device, "beta");
        assertThat(tags.replace(otherOrganization, device, Set.of(), Optional.empty(), OPERATOR))
                .isEqualTo(new TagChange.NoSuchDevice());
        assertThat(
                        tags.change(
                                otherOrganization,
                                List.of(serial("A-0")),
                                tags("mine"),
                                tags("beta"),
                                OPERATOR))
                .isEqualTo(new TagChange.NoSuchSerial(serial("A-0")));
        assertThat(tags.of(otherOrganization, List.of(device))).isEmpty();
        assertThat(tags.tags(otherOrganization, Optional.empty(), 10)).isEmpty();
        assertThat(listed(otherOrganization, "beta")).isEmpty();
        assertThat(of(device)).containsExactly("beta");
    }

    @Test
    void findsTheDevicesThatHaveATagPageByPage() {
        List<DeviceId> all = devices(5);
        change(List.of("A-1", "A-3", "A-4"), Set.of("beta"), Set.of());
        assertThat(listed(organization, "beta"))
                .containsExactly(all.get(1), all.get(3), all.get(4));
        assertThat(listed(organization, "bet")).isEmpty();
        assertThat(
                        devices.devices(
                                organization,
                                filter("beta", Optional.of(product)),
                                Optional.of(all.get(1)),
                                1))
                .extracting(Device::id)
                .containsExactly(all.get(3));
        assertThat(
                        devices.devices(
                                organization,
                                filter("beta", Optional.of(ProductId.fresh())),
                                Optional.empty(),
                                10))
                .isEmpty();
    }

    @Test
    void forgetsTheTagsOfARevokedDeviceAndGivesItNoOthers() {
        DeviceId device = devices(2).getFirst();
        change(serials(2), Set.of("beta"), Set.of());
        var _ =
                devices.changeStatus(
                        organization,
                        device,
                        DeviceStatus.REVOKED,
                        "lost",
                        Optional.empty(),
                        event(organization, "device.revoked"));
        assertThat(of(device)).isEmpty();
        assertThat(tags.tags(organization, Optional.empty(), 10)).containsExactly(count("beta", 1));
        assertThat(replace(device, "beta")).isEqualTo(new TagChange.Revoked());
        assertThat(change(List.of("A-0"), Set.of("beta"), Set.of()))
                .isEqualTo(new TagChange.NoSuchSerial(serial("A-0")));
    }

    @Test
    void showsRolloutsWhatEachDeviceIsTagged() {
        List<DeviceId> all = devices(3);
        replace(all.get(1), "beta", "site=kiel");
        List<Candidate> candidates =
                new SqlRolloutStore(database, audit, clock)
                        .candidates(organization, product, Optional.empty(), 10);
        assertThat(candidates)
                .extracting(Candidate::tags)
                .containsExactly(Set.of(), tags("beta", "site=kiel"), Set.of());
    }

    private List<DeviceId> devices(int count) {
        return database.write(
                transaction ->
                        EnrolledDevices.withoutCertificates(
                                transaction, organization, product, "A-", count, clock.instant()));
    }

    private Device read(DeviceId device) {
        return devices.device(organization, device).orElseThrow();
    }

    private List<DeviceId> listed(OrganizationId owner, String tag) {
        return devices.devices(owner, filter(tag, Optional.empty()), Optional.empty(), 10).stream()
                .map(Device::id)
                .toList();
    }

    private static DeviceFilter filter(String tag, Optional<ProductId> product) {
        return new DeviceFilter(
                product, Optional.empty(), Optional.of(new DeviceTag(tag)), Optional.empty());
    }

    private List<String> of(DeviceId device) {
        return tags.of(organization, device).stream().map(DeviceTag::text).toList();
    }

    private TagChange replace(DeviceId device, String... wanted) {
        return tags.replace(organization, device, tags(wanted), Optional.empty(), OPERATOR);
    }

    private TagChange change(List<String> serials, Set<String> added, Set<String> removed) {
        List<DeviceSerial> named = serials.stream().map(DeviceSerial::new).toList();
        return tags.change(organization, named, tags(added), tags(removed), OPERATOR);
    }

    private static List<String> serials(int count) {
        return IntStream.range(0, count).mapToObj(i -> "A-" + i).toList();
    }

    private static Set<DeviceTag> tags(String... texts) {
        return tags(Stream.of(texts).toList());
    }

    private static Set<DeviceTag> tags(Collection<String> texts) {
        return texts.stream().map(DeviceTag::new).collect(Collectors.toSet());
    }

    private static TagCount count(String tag, long devices) {
        return new TagCount(new DeviceTag(tag), devices);
    }

    /** Newest first. */
    private List<AuditEntry> entries() {
        return audit.entries(organization, Long.MAX_VALUE, 1_000).stream()
                .filter(entry -> entry.action().equals("device.tags-changed"))
                .toList();
    }
}
