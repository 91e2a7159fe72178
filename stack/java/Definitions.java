// The R5 definitions of the specification, read one by one when they are asked for: HAPI's own reader parses all 7,000 at
// the first question, which would be most of a start. Compiled together with either main, against that main's own jars.

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** Definitions in a zip: entries are named TYPE/NUMBER.json, and the comment of an entry is its canonical address. */
final class Definitions implements IValidationSupport {

    private final FhirContext context;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>(); // by "TYPE ADDRESS"; only read once it is made
    private final Map<String, IBaseResource> parsed = new ConcurrentHashMap<>();

    Definitions(FhirContext context, String path) throws IOException {
        this.context = context;
        this.zip = new ZipFile(path);
        zip.stream().forEach(entry -> entries.put(type(entry) + " " + entry.getComment(), entry));
    }

    @Override
    public FhirContext getFhirContext() {
        return context;
    }

    /** A type, or else a profile or an extension: those lie apart, so that nothing that asks for all types reads them. */
    @Override
    public IBaseResource fetchStructureDefinition(String name) {
        var address = name.contains("/") ? name : URL_PREFIX_STRUCTURE_DEFINITION + name;
        var type = one("StructureDefinition", address);
        return type == null ? one("Profile", address) : type;
    }

    @Override
    public IBaseResource fetchCodeSystem(String address) {
        return one("CodeSystem", address);
    }

    @Override
    public IBaseResource fetchValueSet(String address) {
        return one("ValueSet", address);
    }

    @Override
    public <T extends IBaseResource> List<T> fetchAllSearchParameters() {
        return all("SearchParameter");
    }

    /** The types alone, which FHIRPath needs to know at the start. */
    @Override
    public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
        return all("StructureDefinition");
    }

    /** What was read so far: HAPI asks for all only to forget what it noted on them. */
    @Override
    public List<IBaseResource> fetchAllConformanceResources() {
        return List.copyOf(parsed.values());
    }

    /** The definition at an address; there is one version of each, so another version's number does not hide it. */
    private IBaseResource one(String type, String address) {
        if (address == null) {
            return null;
        }
        int version = address.indexOf('|');
        var entry = entries.get(type + " " + (version < 0 ? address : address.substring(0, version)));
        return entry == null ? null : parse(entry);
    }

    @SuppressWarnings("unchecked") // each type has a class of its own, which the caller knows
    private <T extends IBaseResource> List<T> all(String type) {
        return entries.values().stream().filter(entry -> type(entry).equals(type)).map(entry -> (T) parse(entry)).toList();
    }

    private IBaseResource parse(ZipEntry entry) {
        return parsed.computeIfAbsent(entry.getName(), name -> {
            try (var text = new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8)) {
                return context.newJsonParser().parseResource(text);
            } catch (IOException error) {
                throw new UncheckedIOException("the R5 definitions cannot be read: " + name, error);
            }
        });
    }

    private static String type(ZipEntry entry) {
        return entry.getName().substring(0, entry.getName().indexOf('/'));
    }
}
