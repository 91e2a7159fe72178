// The HAPI FHIR JPA server for a single machine: FHIR R4 under /fhir/r4 and R5 under /fhir/r5, on 127.0.0.1 only.
//
// Arguments: port, JDBC address of the R4 database, JDBC address of the R5 database, zip of the R5 definitions.
// SIGTERM stops it cleanly. There is no access control: every client that reaches the port may read and write.

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binstore.MemoryBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.r5.JpaR5Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.searchparam.submit.config.SearchParamSubmitterConfig;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.jpa.topic.SubscriptionTopicConfig;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.ResponseHighlighterInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import jakarta.persistence.EntityManagerFactory;
import jakarta.servlet.ServletException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

public final class FhirServer {

    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        int port = Integer.parseInt(arguments[0]);
        useDefinitions(arguments[3]);
        // Both in parallel: while one waits, the other uses the processor.
        var r4 = CompletableFuture.supplyAsync(() -> storage(R4.class, arguments[1]));
        var r5 = CompletableFuture.supplyAsync(() -> storage(R5.class, arguments[2]));
        var servlets = List.of(r4.thenApply(ParallelServlet::new), r5.thenApply(ParallelServlet::new));

        var handler = new ServletContextHandler();
        handler.addServlet(servlets.get(0).get(), "/fhir/r4/*");
        handler.addServlet(servlets.get(1).get(), "/fhir/r5/*");
        var server = new Server(new InetSocketAddress("127.0.0.1", port));
        server.setHandler(handler);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                server.stop();
            } catch (Exception error) {
                LoggerFactory.getLogger(FhirServer.class).warn("the web server did not stop cleanly", error);
            }
            r4.join().close();
            r5.join().close();
        }));
        server.start();
        servlets.parallelStream().forEach(servlet -> servlet.join().ready());
        System.out.println("serving on port " + port);
        server.join();
    }

    /** A servlet that is initialised in parallel with the other one, not one by one by the web server at its start. */
    private static final class ParallelServlet extends ServletHolder {

        ParallelServlet(AnnotationConfigApplicationContext context) {
            super(rest(context));
        }

        @Override
        public void initialize() { }

        void ready() {
            try {
                getServlet();
            } catch (ServletException error) {
                throw new IllegalStateException("a FHIR endpoint could not be made ready", error);
            }
        }
    }

    private static AnnotationConfigApplicationContext storage(Class<? extends Storage> version, String address) {
        var context = new AnnotationConfigApplicationContext();
        context.registerBean(DataSource.class, () -> {
            var source = new BasicDataSource();
            source.setUrl(address);
            source.setUsername("sa");
            source.setMaxTotal(32);
            return source;
        });
        context.register(version);
        context.refresh();
        return context;
    }

    private static RestfulServer rest(AnnotationConfigApplicationContext context) {
        var server = new RestfulServer(context.getBean(FhirContext.class));
        server.registerProviders(context.getBean(ResourceProviderFactory.class).createProviders());
        server.registerProvider(context.getBean(JpaSystemProvider.class));
        server.setPagingProvider(context.getBean(DatabaseBackedPagingProvider.class));
        server.registerInterceptor(new ResponseHighlighterInterceptor());
        server.setServerConformanceProvider(new JpaCapabilityStatementProvider(
                server,
                context.getBean(IFhirSystemDao.class),
                context.getBean(JpaStorageSettings.class),
                context.getBean(ISearchParamRegistry.class),
                context.getBean(JpaConfig.JPA_VALIDATION_SUPPORT_CHAIN, IValidationSupport.class)));
        return server;
    }

    /** What R4 and R5 share: storage settings, database access, and the beans that HAPI requires. */
    @Import({
        HapiJpaConfig.class, JpaBatch2Config.class, Batch2JobsConfig.class, ThreadPoolFactoryConfig.class,
        SubscriptionSubmitterConfig.class, SubscriptionProcessorConfig.class, SubscriptionChannelConfig.class,
        SearchParamSubmitterConfig.class, PartitionSettings.class, SubscriptionSettings.class,
        MemoryBinaryStorageSvcImpl.class
    })
    abstract static class Storage {

        @Bean
        public JpaStorageSettings storageSettings() {
            var settings = new JpaStorageSettings();
            settings.setResourceClientIdStrategy(JpaStorageSettings.ClientIdStrategyEnum.ANY);
            settings.setResourceServerIdStrategy(JpaStorageSettings.IdStrategyEnum.UUID);
            settings.setReuseCachedSearchResultsForMillis(null); // a search sees what was just written
            settings.setAllowExternalReferences(true);
            settings.setExpungeEnabled(true);
            settings.setHibernateSearchIndexFullText(false);
            return settings;
        }

        @Bean
        public IEmailSender emailSender() {
            return details -> { }; // this server sends no mail
        }

        @Bean
        public LocalContainerEntityManagerFactoryBean entityManagerFactory(
                ConfigurableListableBeanFactory beans, FhirContext context, JpaStorageSettings settings, DataSource source) {
            var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, settings);
            factory.setPersistenceUnitName("fhir");
            factory.setDataSource(source);
            factory.setJpaPropertyMap(Map.of(
                    "hibernate.dialect", HapiFhirH2Dialect.class.getName(),
                    "hibernate.hbm2ddl.auto", "update",
                    "hibernate.search.enabled", "false",
                    "hibernate.jdbc.batch_size", "50",
                    "hibernate.order_inserts", "true",
                    "hibernate.order_updates", "true"));
            return factory;
        }

        @Bean
        public JpaTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }
    }

    @Configuration
    @Import(JpaR4Config.class)
    static class R4 extends Storage { }

    @Configuration
    @Import({JpaR5Config.class, SubscriptionTopicConfig.class})
    static class R5 extends Storage { }

    /** Replaces HAPI's reader of the R5 definitions in a private map of HAPI, because there is no setting for it. */
    private static void useDefinitions(String zip) throws Exception {
        Field field = DefaultProfileValidationSupport.class.getDeclaredField("ourImplementations");
        field.setAccessible(true);
        @SuppressWarnings("unchecked")
        var implementations = (Map<FhirVersionEnum, IValidationSupport>) field.get(null);
        implementations.put(FhirVersionEnum.R5, new Definitions(FhirContext.forR5Cached(), zip));
    }
}
