// HAPI's FHIR validator over JSON lines, offline: one resource per line on standard input, its findings as one JSON line
// on standard output, in the order of the input. It prints "{}" once, when it is ready.
//
// Arguments: R4 or R5, zip of the R5 definitions ("-" for R4), folders of further definitions (JSON).
// Strict: required codes are checked, extensions and profiles must be known. No terminology server, no network.

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

public final class Validator {

    private static final int AHEAD = 64;

    public static void main(String[] arguments) throws Exception {
        var answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err); // output of libraries must not mix with the answers
        var version = arguments[0];
        var context = version.equals("R5") ? FhirContext.forR5() : FhirContext.forR4();
        IValidationSupport definitions =
                version.equals("R5") ? new Definitions(context, arguments[1]) : new DefaultProfileValidationSupport(context);
        var ours = new PrePopulatedValidationSupport(context);
        for (var folder : Arrays.asList(arguments).subList(2, arguments.length)) {
            addAll(Path.of(folder), context, ours);
        }
        var validator = validator(context, ours, definitions);
        answers.println("{}");
        answers.flush();
        run(validator, answers);
    }

    /** Validates on all cores, at most AHEAD lines at once, and answers in the order of the input. */
    private static void run(FhirValidator validator, PrintStream answers) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var waiting = new ArrayDeque<Future<String>>();
        try (var workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var resource = line;
                waiting.add(workers.submit(() -> findings(validator, resource)));
                while (waiting.size() >= AHEAD || !waiting.isEmpty() && (waiting.peek().isDone() || !lines.ready())) {
                    answers.println(waiting.remove().get());
                    answers.flush();
                }
            }
            while (!waiting.isEmpty()) {
                answers.println(waiting.remove().get());
            }
        }
        answers.flush();
    }

    private static String findings(FhirValidator validator, String resource) throws Exception {
        var found = new ArrayList<Map<String, String>>();
        try {
            for (SingleValidationMessage message : validator.validateWithResult(resource).getMessages()) {
                found.add(finding(message.getSeverity().getCode(), message.getMessageId(), message.getLocationString(), message.getMessage()));
            }
        } catch (RuntimeException error) { // a resource that cannot be parsed is not valid
            found.add(finding("fatal", error.getClass().getSimpleName(), "", String.valueOf(error.getMessage())));
        }
        return new ObjectMapper().writeValueAsString(Map.of("findings", found));
    }

    private static Map<String, String> finding(String severity, String id, String path, String message) {
        var finding = new LinkedHashMap<String, String>();
        finding.put("severity", severity);
        finding.put("id", id == null ? "" : id);
        finding.put("path", path == null ? "" : path);
        finding.put("message", message);
        return finding;
    }

    private static FhirValidator validator(FhirContext context, IValidationSupport ours, IValidationSupport definitions) {
        var unknown = new UnknownCodeSystemWarningValidationSupport(context);
        unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.INFORMATION);
        var chain = new ValidationSupportChain(
                ours,
                definitions,
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context),
                unknown);
        var instance = new FhirInstanceValidator(chain);
        instance.setAnyExtensionsAllowed(false);
        instance.setErrorForUnknownProfiles(true);
        instance.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        return context.newValidator().registerValidatorModule(instance);
    }

    private static void addAll(Path folder, FhirContext context, PrePopulatedValidationSupport ours) throws Exception {
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            for (var file : files) {
                ours.addResource(context.newJsonParser().parseResource(Files.readString(file)));
            }
        }
    }
}
