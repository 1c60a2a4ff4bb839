/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater device tag}: short words by which devices are sorted. */
@Command(
        name = "tag",
        description = {
            "Sort devices by tags, such as beta or site=berlin: device list shows those that have one, and a",
            "rollout can be for them. Neither devices nor their owners see them."
        })
public final class TagCommand {

    /** What the server takes in one call. */
    private static final int AT_ONCE = 1_000;

    private static final String TAG = "A name or name=value, of a-z 0-9 . _ -";

    private static final Columns TAGS = Columns.none().and("TAG", "tag").and("DEVICES", "devices");
    private static final Columns TAGGED =
            Columns.none().and("SERIAL", "serial").and("TAGS", "tags").and("VERSION", "version");
    private static final Columns CHANGED =
            Columns.none().and("DEVICES", "devices").and("CHANGED", "changed");

    /** The options are those of {@link DeviceCommand}, which this command inherits. */
    private final ServerOptions server;

    /** Below {@link DeviceCommand}, with its options. */
    public TagCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show the tags that devices have, and how many have each.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device tag list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("device-tags")));
            server.printPage(answer, TAGS, "device", "tag", "list");
        }
    }

    @Command(
            description = "Give a device these tags and no others.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device tag set tank-1 beta site=berlin",
                "  breakwater device tag set tank-1 --none"
            })
    void set(
            @Parameters(index = "0", paramLabel = "DEVICE", description = "Its id or its serial.")
                    String device,
            @Parameters(index = "1..*", arity = "0..*", paramLabel = "TAG", description = TAG)
                    @Nullable List<String> tags,
            @Option(names = "--none", description = "It has none from now on.") boolean none) {
        List<String> wanted = tags == null ? List.of() : tags;
        if (none != wanted.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "say which tags the device has from now on, or --none");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        put(body, "tags", wanted);
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer before = api.send(ApiRequest.get("devices", id));
            server.print(
                    api.send(ApiRequest.put(body, "devices", id, "tags").onlyIf(before.etag())),
                    TAGGED);
            server.terminal().next("device", "tag", "list");
        }
    }

    @Command(
            description = "Give devices further tags. Whoever has one already keeps it.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device tag add beta --serial tank-1 --serial tank-2",
                "  breakwater device tag add site=berlin --serials-file berlin.txt"
            })
    void add(
            @Parameters(arity = "1..*", paramLabel = "TAG", description = TAG) List<String> tags,
            @Mixin Serials serials) {
        change("add", tags, serials);
        server.terminal().next("device", "list", "--tag", tags.getFirst());
    }

    @Command(
            description = "Take tags from devices. Whoever does not have one is left as it is.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device tag remove beta --serials-file beta.txt")
    void remove(
            @Parameters(arity = "1..*", paramLabel = "TAG", description = TAG) List<String> tags,
            @Mixin Serials serials) {
        change("remove", tags, serials);
        server.terminal().next("device", "tag", "list");
    }

    private void change(String how, List<String> tags, Serials serials) {
        List<String> all = List.copyOf(serials.all());
        try (ApiClient api = server.connect()) {
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                ObjectNode body = JsonNodeFactory.instance.objectNode();
                put(body, "serials", all.subList(from, Math.min(from + AT_ONCE, all.size())));
                put(body, how, tags);
                server.print(api.send(ApiRequest.create(body, "device-tag-changes")), CHANGED);
            }
        }
    }

    private static void put(ObjectNode body, String member, List<String> values) {
        ArrayNode list = body.putArray(member);
        values.forEach(list::add);
    }
}
