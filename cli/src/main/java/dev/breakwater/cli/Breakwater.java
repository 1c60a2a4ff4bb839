/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.cli.app.AppCommand;
import dev.breakwater.cli.app.AppOptions;
import dev.breakwater.cli.attestation.AttestationCommand;
import dev.breakwater.cli.audit.AuditCommand;
import dev.breakwater.cli.backup.BackupCommand;
import dev.breakwater.cli.backup.RestoreCommand;
import dev.breakwater.cli.ban.BanCommand;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.command.CommandCommand;
import dev.breakwater.cli.completion.CompletionCommand;
import dev.breakwater.cli.demo.DemoCommand;
import dev.breakwater.cli.device.DeviceCommand;
import dev.breakwater.cli.device.DeviceEnvelopeKeysCommand;
import dev.breakwater.cli.device.DeviceSharesCommand;
import dev.breakwater.cli.device.DeviceTokenCommand;
import dev.breakwater.cli.device.OwnerCommand;
import dev.breakwater.cli.device.StandingCommand;
import dev.breakwater.cli.device.TagCommand;
import dev.breakwater.cli.enrollment.EnrollmentCommand;
import dev.breakwater.cli.envelope.EnvelopeCommand;
import dev.breakwater.cli.event.EventCommand;
import dev.breakwater.cli.firewall.FindingCommand;
import dev.breakwater.cli.firewall.FirewallCommand;
import dev.breakwater.cli.label.LabelCommand;
import dev.breakwater.cli.login.LoginCommand;
import dev.breakwater.cli.login.LogoutCommand;
import dev.breakwater.cli.login.SessionCommand;
import dev.breakwater.cli.me.MeCommand;
import dev.breakwater.cli.member.InvitationCommand;
import dev.breakwater.cli.member.MemberCommand;
import dev.breakwater.cli.organization.OrganizationCommand;
import dev.breakwater.cli.product.GuidanceCommand;
import dev.breakwater.cli.product.ProductCommand;
import dev.breakwater.cli.product.UpdatePolicyCommand;
import dev.breakwater.cli.release.ReleaseCommand;
import dev.breakwater.cli.rollout.RolloutCommand;
import dev.breakwater.cli.scan.ScanCommand;
import dev.breakwater.cli.server.RecoverOwnerCommand;
import dev.breakwater.cli.server.ServerCommand;
import dev.breakwater.cli.setup.SetupCommand;
import dev.breakwater.cli.terminal.ConsoleKeyboard;
import dev.breakwater.cli.terminal.EchoingKeyboard;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.cli.terminal.PipedKeyboard;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.cli.token.TokenCommand;
import dev.breakwater.cli.top.TopCommand;
import dev.breakwater.cli.tuf.TufClientCommand;
import java.io.Console;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code breakwater} command: the table of contents of what it can do, and its beginning. */
@Command(
        name = "breakwater",
        versionProvider = Version.class,
        description = "The security backbone of a connected product.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nTo begin:%n",
        footer = {
            "  breakwater demo                 watch a fish tank enroll, connect and be cut off",
            "  breakwater server               run a server",
            "  breakwater setup --help         become the administrator of a server",
            "  breakwater login --help         act as yourself, once somebody has invited you",
            "  breakwater app --help           own a device, as from a phone",
        })
public final class Breakwater {

    private static final int USAGE_COLUMNS = 100;

    private final Map<String, String> environment;
    private final Terminal terminal;
    private final Keyboard keyboard;

    // Picocli itself acts on the first two.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean unusedHelp;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean unusedVersion;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the technical cause of a failure, too.")
    private boolean verbose;

    /** A command that finds its settings in this environment, writes here and asks there. */
    public Breakwater(Map<String, String> environment, Terminal terminal, Keyboard keyboard) {
        this.environment = Map.copyOf(environment);
        this.terminal = terminal;
        this.keyboard = keyboard;
    }

    /** Runs, and ends the process with an {@link dev.breakwater.cli.outcome.ExitCode}. */
    public static void main(String[] arguments) {
        Terminal terminal = new Terminal(writer(System.out), writer(System.err), isScreen());
        System.exit(new Breakwater(System.getenv(), terminal, keyboard()).run(arguments));
    }

    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    private static boolean isScreen() {
        return console().isPresent()
                && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
    }

    private static Keyboard keyboard() {
        if (console().isPresent()) {
            return new ConsoleKeyboard(console().get());
        }
        return EchoingKeyboard.isThisOne()
                ? new EchoingKeyboard()
                : new PipedKeyboard(new InputStreamReader(System.in, Charset.defaultCharset()));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, false, stream.charset());
    }

    /** Runs one command and returns the number to end the process with. */
    public int run(String... arguments) {
        return commandLine(arguments).execute(arguments);
    }

    /** Runs one command for somebody in the demo, whose settings are their own. */
    private static int runFor(Path settings, Terminal terminal, String... words) {
        return new Breakwater(
                        Map.of("XDG_CONFIG_HOME", settings.toString()),
                        terminal,
                        new PipedKeyboard(Reader.nullReader()))
                .run(words);
    }

    /** Each command under its name. To add one, add a line. */
    private Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("server", () -> new ServerCommand(terminal, environment));
        commands.put("backup", () -> BackupCommand.of(terminal, environment));
        commands.put("restore", () -> new RestoreCommand(terminal, environment));
        commands.put("recover-owner", () -> new RecoverOwnerCommand(terminal, environment));
        commands.put("demo", () -> new DemoCommand(terminal, Breakwater::runFor));
        commands.put("top", () -> new TopCommand(terminal));
        commands.put("ban", () -> new BanCommand(terminal));
        commands.put("setup", () -> new SetupCommand(terminal, standardProfile()));
        commands.put("login", () -> new LoginCommand(serverOptions()));
        commands.put("logout", () -> new LogoutCommand(serverOptions()));
        commands.put("me", () -> new MeCommand(serverOptions()));
        commands.put("session", () -> new SessionCommand(serverOptions()));
        commands.put("organization", () -> new OrganizationCommand(serverOptions()));
        commands.put("member", () -> new MemberCommand(serverOptions()));
        commands.put("invitation", () -> new InvitationCommand(serverOptions()));
        commands.put("product", this::productCommand);
        commands.put("enrollment", () -> new EnrollmentCommand(serverOptions()));
        commands.put("label", () -> new LabelCommand(serverOptions()));
        commands.put("device", this::deviceCommand);
        commands.put("attestation", () -> AttestationCommand.of(serverOptions()));
        commands.put("command", () -> new CommandCommand(serverOptions()));
        commands.put("envelope", () -> new EnvelopeCommand(serverOptions()));
        commands.put("firewall", () -> new FirewallCommand(serverOptions()));
        commands.put("finding", () -> new FindingCommand(serverOptions()));
        commands.put("token", () -> new TokenCommand(serverOptions()));
        commands.put("event", () -> new EventCommand(serverOptions()));
        commands.put("audit", () -> new AuditCommand(serverOptions()));
        commands.put("release", this::releaseCommand);
        commands.put("scan", () -> new ScanCommand(terminal));
        commands.put("rollout", () -> RolloutCommand.of(serverOptions()));
        commands.put("app", () -> AppCommand.of(appOptions()));
        commands.put("tuf-client", () -> new TufClientCommand(terminal));
        commands.put("completion", () -> new CompletionCommand(terminal, this::commandLine));
        return commands;
    }

    private CommandLine productCommand() {
        ServerOptions options = serverOptions();
        return new CommandLine(new ProductCommand(options))
                .addSubcommand("guidance", new GuidanceCommand(options))
                .addSubcommand("update-policy", new UpdatePolicyCommand(options));
    }

    private CommandLine releaseCommand() {
        return ReleaseCommand.of(serverOptions(), settings().resolve("repositories"));
    }

    /** A noun that has nouns below it; all have the same options. */
    private CommandLine deviceCommand() {
        ServerOptions options = serverOptions();
        return new CommandLine(new DeviceCommand(options))
                .addSubcommand("owner", new OwnerCommand(options))
                .addSubcommand("shares", new DeviceSharesCommand(options))
                .addSubcommand("tag", new TagCommand(options))
                .addSubcommand("token", new DeviceTokenCommand(options))
                .addSubcommand("standing", new StandingCommand(options))
                .addSubcommand("envelope-keys", new DeviceEnvelopeKeysCommand(options));
    }

    /**
     * The command line with the command that is named first, or with all of them when none is: what
     * is not built costs no time.
     */
    private CommandLine commandLine(String... arguments) {
        Map<String, Supplier<Object>> commands = commands();
        CommandLine commandLine = new CommandLine(this);
        boolean namesOne = arguments.length > 0 && commands.containsKey(arguments[0]);
        commands.forEach(
                (name, command) -> {
                    if (!namesOne || name.equals(arguments[0])) {
                        commandLine.addSubcommand(name, command.get());
                    }
                });
        Failures failures = new Failures(terminal, () -> verbose);
        return commandLine
                .registerConverter(Duration.class, new DurationConverter())
                .setOut(terminal.out())
                .setErr(terminal.err())
                // A value such as @name is a value, not a file to read more options from.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(USAGE_COLUMNS)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private ServerOptions serverOptions() {
        return new ServerOptions(
                terminal,
                keyboard,
                standardProfile(),
                environment.getOrDefault("BREAKWATER_CODE", ""));
    }

    private AppOptions appOptions() {
        return new AppOptions(
                terminal,
                keyboard,
                settings().resolve("owner.json"),
                environment.getOrDefault("BREAKWATER_CODE", ""));
    }

    private Path standardProfile() {
        return settings().resolve("profile.toml");
    }

    /** XDG Base Directory Specification, section 3. */
    private Path settings() {
        String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path folder =
                configured.isEmpty()
                        ? Path.of(environment.getOrDefault("HOME", ".")).resolve(".config")
                        : Path.of(configured);
        return folder.resolve("breakwater");
    }
}
