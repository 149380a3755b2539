// A new order of the results takes effect when it is chosen; filters wait for their button.

const sort = document.querySelector("select[name=sort]");
sort?.addEventListener("change", () => sort.form.requestSubmit());

// Empty fields stay out of the address.
document.querySelector("#filters")?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});
