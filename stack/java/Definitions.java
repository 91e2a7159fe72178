// Reads the R5 definitions of the specification one by one on demand. HAPI's own reader parses all 7,000 at the first
// request, which takes most of a start. Compiled together with each main class, against the jars of that main class.

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

/** Definitions in a zip: entries are named TYPE/NUMBER.json, and the comment of an entry is its canonical URL. */
final class Definitions implements IValidationSupport {

    private final FhirContext context;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>(); // by "TYPE ADDRESS"; read-only after construction
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

    /** A type, else a profile or an extension. These are stored apart, so that a request for all types skips them. */
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

    /** Only the types, which FHIRPath needs at the start. */
    @Override
    public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
        return all("StructureDefinition");
    }

    /** The definitions read so far: HAPI requests all of them only to clear its own notes on them. */
    @Override
    public List<IBaseResource> fetchAllConformanceResources() {
        return List.copyOf(parsed.values());
    }

    /** The definition with this canonical URL. A version in the URL is ignored, because there is one version of each. */
    private IBaseResource one(String type, String address) {
        if (address == null) {
            return null;
        }
        int version = address.indexOf('|');
        var entry = entries.get(type + " " + (version < 0 ? address : address.substring(0, version)));
        return entry == null ? null : parse(entry);
    }

    @SuppressWarnings("unchecked") // the caller knows the class of each type
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
