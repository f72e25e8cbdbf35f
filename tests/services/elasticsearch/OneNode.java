import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.bootstrap.BootstrapCheck;
import org.elasticsearch.bootstrap.BootstrapContext;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.transport.BoundTransportAddress;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.node.NodeValidationException;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * A cluster of one node on the loopback address, until a signal ends it.
 *
 * <p>{@code java OneNode HOME FOLDER PORT}: the jars lie under HOME, everything written goes into FOLDER.
 * Whatever goes wrong at the start ends the process with 1.
 */
final class OneNode extends Node {
    private static final String NAME = "opendata-tests";
    private static final int CLOSING_SECONDS = 20;

    private OneNode(Environment environment) {
        super(environment, modules(environment));
    }

    public static void main(String[] arguments) {
        try {
            logWarnings();
            OneNode node = new OneNode(environment(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]));
            Runtime.getRuntime().addShutdownHook(new Thread(node::closeInTime, "closing"));
            node.start();
            new CountDownLatch(1).await(); // none of the node's threads keeps the process alive; the signal ends this
        } catch (Throwable reason) {
            reason.printStackTrace();
            Runtime.getRuntime().halt(1); // a half-started node leaves threads that would run for ever
        }
    }

    private static Environment environment(Path home, Path folder, String port) throws IOException {
        Path configuration = Files.createDirectories(folder.resolve("config"));
        Settings settings = Settings.builder()
            .put("path.home", home)
            .put("path.data", folder.resolve("data"))
            .put("path.logs", folder.resolve("logs"))
            .put("cluster.name", NAME)
            .put("node.name", NAME)
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            .put("transport.port", "0") // nobody joins: any free one will do
            .put("cluster.routing.allocation.disk.threshold_enabled", false) // a full disk is not what is tested
            .put("action.destructive_requires_name", true)
            .build();
        return InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), configuration, () -> NAME);
    }

    private static PluginsLoader modules(Environment environment) {
        var bundles = PluginsLoader.loadModulesBundles(environment.modulesDir(), false);
        return PluginsLoader.createPluginsLoader(bundles, Set.of(), Map.of(), false);
    }

    private static void logWarnings() {
        LogConfigurator.configureWithoutConfig(Settings.builder()
            .put("logger.level", "WARN")
            .put("logger.org.elasticsearch.nativeaccess", "OFF") // no jar carries the native libraries it misses
            .put("logger.org.elasticsearch.simdvec", "OFF")
            .build());
        LogConfigurator.configureESLogging();
    }

    /** The checks are for machines in production: limits of the kernel that a test machine need not meet. */
    @Override
    protected void validateNodeBeforeAcceptingRequests(
        BootstrapContext context,
        BoundTransportAddress address,
        List<BootstrapCheck> checks
    ) throws NodeValidationException {}

    private void closeInTime() {
        try {
            prepareForClose();
            close();
            awaitClose(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException reason) {
            reason.printStackTrace();
        }
    }
}
